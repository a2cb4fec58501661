"""How the records are spread: by level, by code file, over time, by device."""

from __future__ import annotations

from collections.abc import Sequence

from paicha.composition.draft import MOST_ROWS, Draft, line
from paicha.composition.metrics import status_badge
from paicha.composition.stored import stored
from paicha.locales import Text
from paicha.model.findings import Device, LevelCount, ModuleCount
from paicha.model.report import (
    Badge,
    Bar,
    Block,
    Bullets,
    Cell,
    Column,
    Group,
    Heat,
    Paragraph,
    Row,
    Section,
    Span,
    Stack,
    Table,
    Tone,
)

_HEAT_ROWS = 30
#: Devices whose points to look at stand open.
_OPEN_DEVICES = 5
#: Devices named of those on which the same is to be looked at.
_NAMED_DEVICES = 5


def distribution(draft: Draft) -> Section:
    """Return the distributions by level and by code file with the heat strip."""
    words, findings = draft.words, draft.findings
    blocks: list[Block] = []
    if findings.levels:
        key = "levels_read_caption" if findings.store_levels else "levels_caption"
        caption = words.say(
            f"distribution.{key}", n=words.count(sum(row.n for row in findings.levels))
        )
        table = _levels(draft, findings.levels, caption)
        blocks.append(Group(words.say("distribution.levels"), (table,)))
    if findings.store_levels:
        counted = words.count(sum(row.n for row in findings.store_levels))
        caption = words.say("distribution.store_caption", n=counted)
        table = _levels(draft, findings.store_levels, caption)
        blocks.append(Group(words.say("distribution.store_levels"), (table,)))
    if findings.modules:
        blocks.append(Group(words.say("distribution.modules"), tuple(_modules(draft))))
    blocks += stored(draft)
    if not blocks:
        blocks.append(Paragraph(line(words.say("distribution.none"), "unknown")))
    return Section("distribution", words.say("sections.distribution"), tuple(blocks))


def level_tone(severity_number: int) -> Tone:
    """Return the tone of a level: ERROR and above, WARN, the rest."""
    if severity_number >= 17:
        return "bad"
    return "warn" if severity_number >= 13 else "muted"


def _levels(draft: Draft, levels: tuple[LevelCount, ...], caption: str) -> Table:
    words = draft.words
    columns = (
        Column(words.label("columns.level"), "code"),
        Column(words.label("columns.count"), "bar"),
        Column(words.label("columns.of_all"), "number"),
        Column(words.label("columns.of_abnormal"), "number"),
    )
    most = max(1, *(level.n for level in levels))
    rows = [_level(draft, level, most) for level in levels]
    abnormal = sum(level.n for level in levels if level.abnormal)
    total: tuple[Cell, ...] = (
        Span(words.say("distribution.total"), "strong"),
        Span(words.count(sum(level.n for level in levels)), "strong"),
        Span(words.share(1.0)),
        Span(words.count(abnormal), "strong"),
    )
    return Table(columns, (*rows, Row(total)), caption)


def _level(draft: Draft, level: LevelCount, most: int) -> Row:
    words = draft.words
    name = Span(level.level, "code") if level.level else Span(words.say("distribution.no_level"))
    of_abnormal = "—" if level.share_of_abnormal is None else words.share(level.share_of_abnormal)
    bar = Bar(level.n / most, words.count(level.n), level_tone(level.severity_number))
    return Row((name, bar, Span(words.share(level.share_of_all)), Span(of_abnormal)))


def _modules(draft: Draft) -> list[Block]:
    words, findings = draft.words, draft.findings
    columns = (
        Column(words.label("columns.code_file"), "code"),
        Column(words.label("columns.abnormal"), "bar"),
        Column(words.label("columns.share"), "number"),
        Column(words.label("columns.records"), "number"),
        Column(words.label("columns.main_problems")),
    )
    if not findings.totals.modules:
        return [Paragraph(line(words.say("distribution.no_modules"), "unknown"))]
    most = max(1, *(module.abnormal for module in findings.modules))
    shown = findings.modules[:MOST_ROWS]
    key = "modules_read_caption" if findings.store_levels else "modules_caption"
    caption = words.say(
        f"distribution.{key}",
        whole=words.count(draft.whole()),
        n=words.count(findings.totals.modules),
    )
    rows = tuple(_module(draft, module, most) for module in shown)
    blocks: list[Block] = [Table(columns, rows, caption)]
    blocks += draft.left_out(len(shown), len(findings.modules))
    if findings.problems and not findings.untimed:
        blocks.append(_heat(draft))
    return blocks


def _module(draft: Draft, module: ModuleCount, most: int) -> Row:
    words = draft.words
    name = words.text(module.name, 160)
    return Row(
        (
            Span(name, "code") if name else Span(words.say("distribution.no_module"), "muted"),
            Bar(module.abnormal / most, words.count(module.abnormal), "warn"),
            Span(words.share(module.share)),
            Span(words.count(module.n), "muted"),
            draft.main_problems(module.problems),
        )
    )


def _heat(draft: Draft) -> Block:
    words, findings = draft.words, draft.findings
    abnormal = [module for module in findings.modules if module.abnormal]
    shown = abnormal[:_HEAT_ROWS]
    whole = draft.counts(findings.totals.curve_abnormal, "", "warn")
    label = words.say(
        "distribution.heat",
        step=draft.step(),
        start=whole.start,
        end=whole.end,
        most=max((max(module.curve, default=0) for module in shown), default=0),
    )
    if len(shown) < len(abnormal):
        label += words.say(
            "distribution.heat_shown", shown=len(shown), all=words.count(len(abnormal))
        )
    rows = tuple(
        (words.text(module.name, 60) or words.say("distribution.no_module"), module.curve)
        for module in shown
    )
    return Heat(rows, (whole.start, whole.end), label)


def devices(draft: Draft) -> Section:
    """Return the devices with what they reported and what to look at on them."""
    words, findings = draft.words, draft.findings
    title = words.say("sections.devices")
    if not any(device.host for device in findings.devices):
        nothing = Paragraph(line(words.say("devices.none"), "unknown"))
        return Section("devices", title, (nothing,), count=0)
    columns = (
        Column(words.label("columns.device")),
        Column(words.label("columns.attention"), "badge"),
        Column(words.label("columns.records"), "number"),
        Column(words.label("columns.abnormal"), "number"),
        Column(words.label("columns.metrics_status"), "badge"),
        Column(words.label("columns.main_problems")),
        Column(words.label("columns.why")),
    )
    shown = findings.devices[:MOST_ROWS]
    rows = tuple(_device(draft, device) for device in shown)
    caption = words.say("devices.caption", n=words.count(len(findings.devices)))
    blocks: list[Block] = [Table(columns, rows, caption)]
    blocks += draft.left_out(len(shown), len(findings.devices))
    # What is to be looked at on hundreds of devices alike is said once, and of which.
    alike: dict[tuple[Text, ...], list[str]] = {}
    for device in findings.devices:
        if device.focus:
            name = device.host or words.say("metrics.host_unknown")
            alike.setdefault(device.focus, []).append(name)
    blocks.extend(
        _focus(draft, hosts, focus, folded=place >= _OPEN_DEVICES)
        for place, (focus, hosts) in enumerate([*alike.items()][:MOST_ROWS])
    )
    return Section("devices", title, tuple(blocks), count=len(findings.devices))


def _device(draft: Draft, device: Device) -> Row:
    words = draft.words
    lines = [line(device.host or words.say("metrics.host_unknown"), "code")]
    if device.host_id:
        # BlueKing numbers its hosts; anything else is a name the source gives, such as a pod.
        said = f"bk_host_id {device.host_id}" if device.host_id.isdigit() else device.host_id
        lines.append(line(said, "muted"))
    return Row(
        (
            Stack(tuple(lines)),
            _attention(draft, device),
            Span(words.count(device.n)),
            Span(words.count(device.abnormal), "strong"),
            status_badge(draft, device.metrics_status),
            draft.main_problems(device.problems),
            Span(words.read(device.text)),
        )
    )


def _attention(draft: Draft, device: Device) -> Badge:
    """Return whether *device* needs attention; what nobody measured, or is below P1, is not "no finding"."""
    if device.attention:
        return Badge(draft.words.label("badges.attention"), "warn")
    quiet = "log_quiet" if device.metrics_status == "no_data" else "no_attention"
    return Badge(draft.words.label(f"badges.{'below_p1' if device.abnormal else quiet}"), "muted")


def _focus(draft: Draft, hosts: Sequence[str], focus: Sequence[Text], *, folded: bool) -> Group:
    words = draft.words
    title = words.say("devices.focus", host=words.some(hosts, _NAMED_DEVICES))
    # Titles in it may be lines of the log, whose backticks mark nothing.
    items = tuple(line(words.read(text)) for text in focus)
    return Group(title, (Bullets(items),), folded=folded)
