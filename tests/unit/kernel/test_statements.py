"""What one statement of a program prints though its lines look unlike: signs, states, lists, names."""

from __future__ import annotations

from collections import Counter

import pytest

from paicha.kernel.cells import ANY, Cell
from paicha.kernel.grouping import groups
from paicha.kernel.shape import shape


def messages(lines: list[str]) -> Counter[str]:
    """Return how many lines each message has."""
    shapes = [shape(line).shape for line in lines]
    found = {
        member.shape: "".join(key)
        for key, members in groups(sorted(set(shapes))).items()
        for member in members
    }
    return Counter(found[text] for text in shapes)


def test_a_sign_makes_no_other_list_of_numbers() -> None:
    """A minus tells a number from a list; what commas part is one place of the message all the same."""
    places = ("3,4,10", "3,-4,10", "-3,4,-10", "-3,-4,-10")

    found = messages([f"drone lands at pos={place}" for place in places])

    assert {f"drone lands at pos={ANY}": 4} == found


def test_numbers_with_units_stay_numbers() -> None:
    """`4ms,6ms` are two durations, which have an average."""
    assert {f"took {ANY},{ANY}": 1} == messages(["took 4ms,6ms"])


def test_reasons_behind_a_colon_stay_what_they_are() -> None:
    """`left: timeout` and `left: quit` are two messages, names behind the same colon are one, in Chinese too."""
    reasons = ("timeout", "quit", "network error")

    assert 3 == len(messages([f"seat (7) left: {reason}" for reason in reasons]))
    assert 1 == len(messages([f"seat (7) left: {name}" for name in ("mira", "tamsin", "oden")]))
    assert 1 == len(messages([f"单号 7, 操作员: {name}" for name in ("张伟", "李娜", "王芳")]))


def test_many_states_behind_a_key_are_values() -> None:
    """Five states, of which one is good and one bad, are what a field may hold."""
    states = ("success", "failed", "queued", "running", "skipped")

    found = messages([f"job done state={state} pool=main" for state in states])

    assert {f"job done state={ANY} pool=main": 5} == found


@pytest.mark.parametrize("nothing", ["(nil)", "(null)", "nil"])
def test_what_the_c_library_prints_for_nothing_is_a_value(nothing: str) -> None:
    """A pointer to nothing stands where addresses stand else."""
    found = messages([f"hook renew={at} kept" for at in ("0x7f0a12bc", nothing)])

    assert {f"hook renew={ANY} kept": 2} == found


def test_a_pointer_to_nothing_needs_no_key() -> None:
    """Nothing else is called so."""
    assert {f"hook for {ANY} kept": 2} == messages(
        ["hook for 0x7f0a12bc kept", "hook for (nil) kept"]
    )


def test_what_is_called_null_stands_where_others_names_do() -> None:
    """In brackets behind a blank it may be a name, and these go around every name."""
    found = messages(
        [
            f"opened output {name} in ({kind}) mode"
            for name, kind in (("a1", "null"), ("b2", "k8"), ("c3", "k9"))
        ]
    )

    assert {f"opened output {ANY} in ({ANY}) mode": 3} == found


def test_a_remark_in_brackets_stays_what_it_is() -> None:
    """Only what a program prints for nothing goes with its brackets."""
    assert {"lease kept (nightly)": 1} == messages(["lease kept (nightly)"])


@pytest.mark.parametrize(
    "around", ["best={}", "lease of ({}) kept", "GET {} HTTP/1.1", 'uri="{}" kept']
)
def test_the_root_is_a_path_where_paths_stand(around: str) -> None:
    """Behind a key, a method of HTTP and alone in brackets a stroke is a path like others."""
    found = messages([f"keeper: {around.format(path)}" for path in ("/", "/srv/data")])

    assert 1 == len(found)


def test_values_of_several_forms_keep_their_brackets_in_pairs() -> None:
    """What closes is part of the value that what opens is part of."""
    found = messages(
        [f"lease best={best}" for best in ("0x7f0a12bc(/srv/a)", "(nil)()", "0x7f0a12bc(/)")]
    )

    assert {f"lease best={ANY}": 3} == found


def test_two_outcomes_behind_a_key_stay_two_messages() -> None:
    """A good and a bad one say what happened."""
    found = messages(["job done result=success pool=main", "job done result=failed pool=main"])

    assert 2 == len(found)


@pytest.mark.parametrize("before", ["sent to", "dropped for client"])
def test_names_end_like_verbs_behind_what_names_go_with(before: str) -> None:
    """Behind a preposition or such a noun no verb stands, also at the end of a message."""
    found = messages([f"{before} {name}" for name in ("alpha7", "nas_b", "nodered")])

    assert {f"{before} {ANY}": 3} == found


def test_a_state_alone_in_brackets_is_a_value_where_names_are() -> None:
    """Outcomes say what happened, but not where others print an identifier in brackets."""
    states = ("up_for_retry", "queued-2", "failed")

    found = messages([f"<Task: load 7 [{state}]> handled" for state in states])

    assert 1 == len(found)


def test_an_outcome_in_brackets_stays_where_no_names_are() -> None:
    """`[failed]` and `[ok]` alone are two messages."""
    assert 2 == len(messages(["starting web [failed]", "starting web [ok]"]))


def test_a_compound_is_what_its_last_part_is() -> None:
    """Behind a `route-map` names stand as behind a map."""
    names = ("EXPORT", "peer-in")

    found = messages([f"the wait is over, next is route-map {name} again" for name in names])

    assert {f"the wait is over, next is route-map {ANY} again": 2} == found


def test_a_long_sentence_is_one_message_with_another_word_in_it() -> None:
    """Nobody writes twelve words twice to change one of them; a short message is another one."""
    long = "the hall is {} since more crates than its shelves can hold were brought in over night"

    assert 1 == len(messages([long.format(word) for word in ("none", "full", "short")]))
    assert 3 == len(messages([f"executing {word} now" for word in ("none", "full", "short")]))


def test_a_list_that_blanks_part_ends_a_message() -> None:
    """However many names stand behind the colon, it is one message."""
    lists = ("lira", "oden lira", "lira tamsin oden")

    found = messages([f"guest 7 is here. Guests: {names}" for names in lists])

    assert 1 == len(found)


def test_a_list_of_one_behind_a_colon_is_one_with_commas() -> None:
    """`sent to: a` and `sent to: a, b` differ in length alone."""
    lists = ("a.example.com", "b.example.com, c.example.com, d.example.com")

    assert 1 == len(messages([f"sent to the hosts: {names}" for names in lists]))


def test_nothing_between_two_strokes_is_a_value() -> None:
    """A row whose field is empty is the message of the others; strokes that always stand in pairs part nothing."""
    assert 1 == len(messages(["up|12|ok", "up||ok", "up|9|ok"]))
    assert {f"a||b from t where x={ANY}": 2} == messages(
        [f"a||b from t where x={n}" for n in (1, 2)]
    )


def test_flags_are_one_value_however_many_are_set() -> None:
    """`(READ|SYNC)` and `(READ)`, `flags=ACK|FIN` and `flags=SYN`; without brackets and key strokes part a row."""
    assert 1 == len(messages(["got 5 in mode:0x1(READ|SYNC)", "got 7 in mode:0x4(READ)"]))
    assert 1 == len(messages(["from 5 flags=ACK|FIN", "from 7 flags=SYN"]))
    assert 2 == len(messages(["up|ok|done", "up|bad|done"]))


def test_a_value_may_stand_a_blank_behind_its_key() -> None:
    """`user= mira` is the user; where another key, an outcome or a sentence follows, the value is empty."""
    assert 1 == len(messages([f"found user= {name} id= 7" for name in ("mira", "eve")]))
    assert 1 == len(messages(["bind host= failed", "bind host=a.example.com failed"]))
    assert 1 == len(messages(["in; rhost= user unknown", "in; rhost=10.0.0.1 user unknown"]))


def test_what_is_no_list_behind_a_colon_stays_apart() -> None:
    """A path and a number behind it are two things."""
    assert 2 == len(messages(["cannot read: /var/a", "cannot read: /var/a 17"]))


def test_the_root_is_a_path() -> None:
    """`/` alone behind a preposition is a directory as `/boot` is; between two numbers it parts them."""
    assert 1 == len(messages(["disk usage on /: 7%", "disk usage on /boot: 9%"]))
    assert {f"parts {ANY} / {ANY}": 1} == messages(["parts 3 / 4"])


#: One statement each, its values in more than one form.
FORMS = {
    "relay": [
        "mail for alice@x.org sent: relay=none, delay=3",
        "mail for alice@x.org sent: relay=mx1.x.org[10.0.0.1]:25, delay=3",
    ],
    "terms": [
        "could not elect leader {orders,rabbit@q1} in time",
        "could not elect leader [rabbit@q2] in time",
        "could not elect leader undefined7 in time",
    ],
    "objects": [
        "Queuing task: <Task: daily.load 12 [failed]>",
        "Queuing task: <Task: daily.load manual__12 [no state]>",
    ],
    "a port or none": ["connection from 10.0.0.7 closed", "connection from 10.0.0.7:4711 closed"],
    "an error quoted": [
        'node not updated err="Get \\"https://10.0.0.1:6443/api\\": dial tcp 10.0.0.1:6443: refused" try=3',
        'node not updated err="etcdserver: request timed out" try=3',
        'node not updated err="" try=3',
    ],
    "a request": [
        'file not found, client: 10.0.0.1, request: "GET / HTTP/1.1", host: "x.org"',
        'file not found, client: 10.0.0.1, request: "POST /cart HTTP/2.0", host: "x.org"',
    ],
}


@pytest.mark.parametrize("what", FORMS)
def test_a_value_may_have_several_forms(what: str) -> None:
    """What no blank parts, objects and quotations are one value, whatever they are made of."""
    assert [len(FORMS[what])] == list(messages(FORMS[what]).values())


def test_functions_that_speak_keep_their_messages() -> None:
    """Who speaks at the start of a message is a function, however many say the same; with variables there it is a name."""
    speakers = [
        f"{verb}_{what}" for verb in ("send", "scan", "drop") for what in ("lease", "disk", "queue")
    ]

    assert 9 == len(messages([f"{name}: lease a{n}: enter" for n, name in enumerate(speakers)]))
    assert 9 == len(messages([f"<= {name}: id={n} first={n}" for n, name in enumerate(speakers)]))
    assert 1 == len(messages([f"{name}: lease held" for name in ("eth0", "eth1", "uplink_a")]))


def test_one_word_among_pairs_says_what_happened() -> None:
    """Keys hold no message together: the word between them does."""
    lines = [f'conn=7 op=3 {word} dn="a7"' for word in ("ADD", "DEL", "MOD", "MODRDN")]

    assert 4 == len(messages(lines))


def test_what_a_variable_became_varies_as_well() -> None:
    """States behind an arrow are values, also those that are outcomes elsewhere."""
    states = ("IDLE", "RUNNING", "SUSPENDED", "UNLINKED")
    lines = [f"sink{n}: state: {one} -> {two}" for n, one in enumerate(states) for two in states]

    assert {f"{ANY}: state: {ANY} -> {ANY}": 16} == messages(lines)


def test_states_alone_in_square_brackets_vary() -> None:
    """What happened is a value there, unless good and bad outcomes are among it."""
    states = ("CREATED", "RECOVERING", "STARTED", "CLOSED")

    assert 1 == len(
        messages([f"[a{n}] closing ... (reason [{one}])" for n, one in enumerate(states)])
    )
    assert 2 == len(
        messages([f"[a7] login of b{n} [{one}]" for n, one in enumerate(("ok", "failed"))])
    )
    assert 2 == len(
        messages([f"link{n}: state: {n} -> {one}" for n, one in enumerate(("up", "down"))])
    )


def test_capitals_that_are_sent_say_what_happened() -> None:
    """Between a verb and a preposition they are commands; behind a noun they are names."""
    commands = ("PUBACK", "PUBREC", "PUBCOMP", "PINGRESP")

    assert 4 == len(
        messages([f"Sending {one} to a7 (m{n}, rc0)" for n, one in enumerate(commands)])
    )
    assert 1 == len(
        messages([f"use of queue {one} by a7 (m{n}, rc0)" for n, one in enumerate(commands)])
    )


@pytest.mark.parametrize("before", ["argument: ", "sent [", "call run("])
def test_an_empty_quotation_is_a_value(before: str) -> None:
    """Behind a mark and in brackets nothing in quotation marks is what something there is."""
    behind = {"[": "]", "(": ")"}.get(before[-1], ".")

    assert 1 == len(messages([f'{before}""{behind}', f'{before}"a b"{behind}']))


def test_what_programs_print_for_nothing_is_an_item_of_a_list() -> None:
    """Rows of several lengths are one variable, though nothing but `null` fills some of their cells."""
    rows = ("3, a7, null", "4, b8, null, null", "5, c9, true, null, null")

    assert {f"row is ({ANY})": 3} == messages([f"row is ({row})" for row in rows])


@pytest.mark.parametrize(
    "lines",
    [
        ["session opened by LOGIN(uid=0)", "session opened by (uid=0)"],
        ["lease released (expired early)", "lease released (link down)"],
        ["10.0.0.1 [-]", "10.0.0.1:80 {a, b}"],
        ["用户[a1]登录成功", "用户[a1]登录失败，次数：3"],
    ],
)
def test_remarks_and_words_keep_messages_apart(lines: list[str]) -> None:
    """A remark in round brackets, prose and what only values hold together are no forms of one value."""
    assert len(lines) == len(messages(lines))


def test_what_all_forms_share_stays_in_the_message() -> None:
    """The scheme before two kinds of addresses is no part of what varies."""
    found = messages(["backend up at unix:<a7>!", "backend up at unix:[b, c8]!"])

    assert {f"backend up at unix:{ANY}!": 2} == found


@pytest.mark.parametrize(
    "message", ["drone lands at (3,-4,10) with 7", 'failed err="Get 12 \\"x\\" of 34" try=5']
)
def test_values_behind_a_column_keep_their_places(message: str) -> None:
    """Numbers of a list and variables in a quotation are counted where they stand in the whole line."""
    text = shape(f"[worker7] {message}").shape

    ((member,),) = groups([text], begins={text: len("[<id>] ")}).values()

    assert list(range(1, text.count("<"))) == _slots(member.cells)


def _slots(found: tuple[Cell, ...]) -> list[int]:
    """Return the places of the variables, also of those that others hold."""
    held = [_slots(cell.inner) if cell.inner else [cell.slot] for cell in found]
    return [slot for slots in held for slot in slots if slot >= 0]
