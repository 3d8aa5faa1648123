"""Which fact triggers which reaction: the whole table. All of these run inside the transaction of the fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from anru.campaigns import reactions as campaigns
from anru.campaigns.events import EnterpriseUrged, ObligationDecided, ObligationReopened
from anru.evidence import reactions as evidence
from anru.evidence.events import UploadFinished
from anru.inbox import reactions as inbox
from anru.ledger.wiring import Reaction
from anru.registry.events import EnterpriseJoined, EnterpriseLeft, SpaceRegistered, SpaceRetired

REACTIONS: Mapping[type, Sequence[Reaction]] = {
    EnterpriseJoined: [campaigns.on_enterprise_joined],
    EnterpriseLeft: [campaigns.on_enterprise_left],
    SpaceRegistered: [campaigns.on_space_registered],
    SpaceRetired: [campaigns.on_space_retired],
    UploadFinished: [evidence.on_upload_finished, campaigns.on_upload_finished],
    ObligationDecided: [inbox.on_obligation_decided],
    ObligationReopened: [inbox.on_obligation_reopened],
    EnterpriseUrged: [inbox.on_enterprise_urged],
}
