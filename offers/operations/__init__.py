"""Writes of offers: recording what Allegro shows, and tying offers to products."""

from __future__ import annotations

from offers.operations.agreeing import Agreed, agree, withdraw_agreement
from offers.operations.braking import BrakeDecided, drop_brake, release_brake
from offers.operations.details import ean_of, record_eans
from offers.operations.documents import replace_problems
from offers.operations.editing import (
    CannotWrite,
    Edit,
    InvalidValues,
    NothingToUndo,
    activate_offers,
    drop_own_value,
    edit_offer,
    end_offers,
    plan_edit,
    refuse_stopped,
    undo_edit,
)
from offers.operations.feeding import set_feeds
from offers.operations.link_inbox import ignore_offers, link_picked, link_suggested, undo_batch
from offers.operations.linking import (
    AlreadyLinked,
    LinkReport,
    link_offer,
    link_offers,
    recognise_again,
    relink_for_products,
    unlink_offer,
)
from offers.operations.listing import mark_missing, record_offers
from offers.operations.making_products import make_missing_products, make_product
from offers.operations.ours import note_ours
from offers.operations.refreshing import (
    OfferReading,
    give_up_reading,
    known_offers,
    read_offer,
    record_document,
    record_readings,
)
from offers.operations.reports import OfferReport, RecordedOffer
from offers.operations.requesting import (
    CannotPush,
    ask_commands,
    push_now,
    request_push,
    resume_pushes,
    retry_pushes,
)
from offers.operations.rereading import ask_reading, read_again
from offers.operations.seeing import note_theirs
from offers.operations.setting import (
    NotSettable,
    SetOfSeveral,
    StockChange,
    plan_offer_stock,
    set_offer_stock,
)
from offers.operations.taking import (
    NotTakable,
    Taken,
    give_back_value,
    set_own_value,
    take_value,
)
from offers.operations.writing import (
    WantedValue,
    drop_values,
    request_values,
    resume_values,
    retry_values,
)

__all__ = [
    "Agreed",
    "AlreadyLinked",
    "BrakeDecided",
    "CannotPush",
    "CannotWrite",
    "Edit",
    "InvalidValues",
    "LinkReport",
    "NotSettable",
    "NotTakable",
    "NothingToUndo",
    "OfferReading",
    "OfferReport",
    "RecordedOffer",
    "SetOfSeveral",
    "StockChange",
    "Taken",
    "WantedValue",
    "activate_offers",
    "agree",
    "ask_commands",
    "ask_reading",
    "drop_brake",
    "drop_own_value",
    "drop_values",
    "ean_of",
    "edit_offer",
    "end_offers",
    "give_back_value",
    "give_up_reading",
    "ignore_offers",
    "known_offers",
    "link_offer",
    "link_offers",
    "link_picked",
    "link_suggested",
    "make_missing_products",
    "make_product",
    "mark_missing",
    "note_ours",
    "note_theirs",
    "plan_edit",
    "plan_offer_stock",
    "push_now",
    "read_again",
    "read_offer",
    "recognise_again",
    "record_document",
    "record_eans",
    "record_offers",
    "record_readings",
    "refuse_stopped",
    "release_brake",
    "relink_for_products",
    "replace_problems",
    "request_push",
    "request_values",
    "resume_pushes",
    "resume_values",
    "retry_pushes",
    "retry_values",
    "set_feeds",
    "set_offer_stock",
    "set_own_value",
    "take_value",
    "undo_batch",
    "undo_edit",
    "unlink_offer",
    "withdraw_agreement",
]
