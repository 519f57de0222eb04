"""A radio of bumble's virtual controllers, with what its LocalLink leaves out.

bumble 0.0.236 reports the advertisement a second time where the scan response belongs; sends ACL data from a
controller's random address even when it connected from its public one; has a constant RSSI, and BlueZ tells of a known
device only when that moves; goes on connecting after it was told to cancel, so that a board which comes back later is
connected to nobody; and has no connection interval, so that no buffer is ever short. All are mended here.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any

from bumble import controller, hci
from bumble.core import PhysicalTransport
from bumble.link import LocalLink

RSSI_DBM = -50
RSSI_SPREAD_DBM = 6


class Controller(controller.Controller):
    """Reports scan responses and a signal that moves, and gives up connecting when told to."""

    _response: bytes | None = None  # of the advertiser that is being reported just now

    def on_advertising_pdu(self, pdu: Any) -> None:
        self._response = _scan_response(self.link, pdu.advertiser_address)
        try:
            super().on_advertising_pdu(pdu)
        finally:
            self._response = None

    def send_hci_packet(self, packet: Any) -> None:
        if self._response is not None:
            rssi = RSSI_DBM + random.randint(-RSSI_SPREAD_DBM, RSSI_SPREAD_DBM)
            packet = _corrected(packet, self._response, rssi)
        super().send_hci_packet(packet)

    def on_hci_le_create_connection_cancel_command(
        self, _: hci.HCI_LE_Create_Connection_Cancel_Command
    ) -> hci.HCI_StatusReturnParameters:
        """Core Specification, volume 4, part E, 7.8.13: confirmed first, then the connection fails."""
        pending, self.pending_le_connection = self.pending_le_connection, None
        if pending is None:
            return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.COMMAND_DISALLOWED_ERROR)
        failed = hci.HCI_LE_Connection_Complete_Event(
            status=hci.HCI_ErrorCode.UNKNOWN_CONNECTION_IDENTIFIER_ERROR,
            connection_handle=0,
            role=hci.Role.CENTRAL,
            peer_address_type=pending.peer_address.address_type,
            peer_address=pending.peer_address,
            connection_interval=0,
            peripheral_latency=0,
            supervision_timeout=0,
            central_clock_accuracy=0,
        )
        asyncio.get_running_loop().call_soon(self.send_hci_packet, failed)
        return hci.HCI_StatusReturnParameters(hci.HCI_ErrorCode.SUCCESS)


def _scan_response(link: Any, address: hci.Address) -> bytes:
    advertiser = link.find_le_controller(address)
    if advertiser is None:
        return b""
    for one in advertiser.advertising_sets.values():
        if one.enabled and one.address == address:
            return bytes(one.scan_response_data)
    return bytes(advertiser.le_legacy_advertiser.scan_response_data)


def _corrected(packet: Any, response: bytes, rssi: int) -> Any:
    legacy, extended = hci.HCI_LE_Advertising_Report_Event, hci.HCI_LE_Extended_Advertising_Report_Event
    if isinstance(packet, legacy):
        (report,) = packet.reports
        return legacy(
            [
                legacy.Report(
                    event_type=report.event_type,
                    address_type=report.address_type,
                    address=report.address,
                    data=response if report.event_type == legacy.EventType.SCAN_RSP else report.data,
                    rssi=rssi,
                )
            ]
        )
    if isinstance(packet, extended):
        (heard,) = packet.reports
        if heard.event_type & extended.EventType.SCAN_RESPONSE:
            heard.data = response
        heard.rssi = rssi
        return extended([heard])
    return packet


class RadioLink(LocalLink):
    """Carries ACL data at connection events, one each `interval_s`; at once when that is 0."""

    def __init__(self, interval_s: float = 0.0) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.interval_s = interval_s
        self._waiting: dict[Any, list[Callable[[], None]]] = {}

    def send_acl_data(self, sender_controller: Any, destination_address: Any, transport: Any, data: bytes) -> None:
        if transport != PhysicalTransport.LE:
            super().send_acl_data(sender_controller, destination_address, transport, data)
            return
        connection = sender_controller.le_connections.get(destination_address)
        destination = self.find_le_controller(destination_address)
        if connection is None or destination is None:
            return  # the connection has ended meanwhile
        source = connection.self_address

        def carry() -> None:
            # Nothing outlives its connection, and the next one may be between the same two.
            if sender_controller.le_connections.get(destination_address) is connection:
                destination.on_link_acl_data(source, transport, data)

        self.at_event((id(sender_controller), destination_address), carry)

    def at_event(self, who: Any, what: Callable[[], None]) -> None:
        """Do it at the next connection event, after all that `who` has waiting."""
        loop = asyncio.get_running_loop()
        waiting = self._waiting.setdefault(who, [])
        waiting.append(what)
        if len(waiting) == 1:
            now_s = loop.time()
            wait_s = self.interval_s - now_s % self.interval_s if self.interval_s else 0.0
            loop.call_at(now_s + wait_s, self._event, who)

    def _event(self, who: Any) -> None:
        waiting = self._waiting.pop(who)
        for what in waiting:
            what()
