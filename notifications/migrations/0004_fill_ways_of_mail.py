"""What people had chosen, in the new words; a notice was last told of when it was written."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_ways_of_mail")]

    operations = [
        migrations.RunSQL(
            [
                "UPDATE notifications_preference SET mail = 'never' WHERE NOT by_email",
                "UPDATE notifications_notification SET last_at = created_at WHERE last_at IS NULL",
                # Under the old rule these wait for a mail.
                (
                    "UPDATE notifications_notification SET mail_way = 'now',"
                    " mail_due_at = created_at"
                    " WHERE severity = 'danger' AND mailed_at IS NULL AND read_at IS NULL"
                ),
            ],
            migrations.RunSQL.noop,
        )
    ]
