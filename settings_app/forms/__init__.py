"""What people fill in about integrations, the organization and suppliers."""

from settings_app.forms.connecting import ConnectForm
from settings_app.forms.integrations import IntegrationForm
from settings_app.forms.keeping import FieldRuleForm, KeepingForm, ScheduleForm, all_valid
from settings_app.forms.organizations import PreferencesForm
from settings_app.forms.suppliers import SupplierForm, SupplierPageForm

__all__ = [
    "ConnectForm",
    "FieldRuleForm",
    "IntegrationForm",
    "KeepingForm",
    "PreferencesForm",
    "ScheduleForm",
    "SupplierForm",
    "SupplierPageForm",
    "all_valid",
]
