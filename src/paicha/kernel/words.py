"""
Words of the language, as logs use it, against names of things.

General English and Chinese of operations, no system's vocabulary: which words make two lines two
different messages, and after which words a name is to be expected.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import pairwise

#: Words whose class is remembered.
_REMEMBERED = 1 << 18


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Outcomes. A key whose values hold a good one and a bad one stays literal: `result=success` and
#: `result=failed` are two messages.
GOOD = _words(
    "success successful successfully succeeded succeed ok okay passed pass accepted allowed granted "
    "healthy alive online active up ready connected recovered resolved normal valid done completed "
    "成功 正常 恢复 通过 就绪 在线 健康 已恢复 已连接"
)
BAD = _words(
    "fail failed failure failing error errors rejected denied refused unhealthy dead offline "
    "inactive down unready disconnected lost aborted timeout timedout crashed invalid abnormal fatal "
    "panic expired unavailable unreachable broken corrupted exceeded "
    "失败 异常 错误 超时 拒绝 断开 离线 崩溃 无效 不可用 丢失"
)

#: Keys whose value is a phrase, not a word.
REASONS = _words(
    "error err errors reason cause message msg exception detail details description desc why errmsg "
    "error_msg error_message errormsg err_msg fault problem "
    "错误 原因 异常 详情 错误信息 失败原因 异常信息 描述"
)

#: Behind these a name stands.
NAMERS = _words(
    "user username uid account login host hostname node server machine pod container namespace topic "
    "queue table database db schema device disk volume interface nic file filename directory folder "
    "class package thread group role domain bucket index job task service client peer member broker "
    "cluster partition consumer producer channel session tenant customer project image repository "
    "branch module plugin driver handler worker executor process daemon command property parameter "
    "variable option flag key field column named called principal realm owner subject issuer upstream "
    "downstream backend program application app agent alias analyzer adapter camera datastore document drive "
    "endpoint environment feature filter function guest instance library listener lun medium method network "
    "permission pipeline policy pool preset printer privilege processor profile protocol region repo report rule "
    "schedule selector sensor share sink stage step store stream template vlan vm zone "
    "archive artifact asset attribute bean browser bus carrier catalog category certificate charset city codec "
    "collection collector connector console controller counter country credential currency dashboard department "
    "display encoding engine exchange exporter extension factory firmware font form gateway gauge graph hook icon "
    "identity item kernel keyspace label language layout link loader locale location logger map material metric "
    "migration mirror model mount object operator organization page partner platform player product provider "
    "proxy publisher reader recipe registry relation remote replica resource room route router runner scene "
    "script secret section segment sender series setting shard signal site skill slot snapshot station storage "
    "strategy style subnet subscriber subscription suite supplier symbol tablespace tag target team theme tier "
    "timer timezone token tool track transport trigger trunk tunnel unit variant vendor view warehouse webhook "
    "widget workspace writer"
)
#: Keys and words whose values are names wherever they turn up again.
PEOPLE = _words(
    "user username uid account login principal owner host hostname rhost ruser server node"
)
#: The same in Chinese, where a blank parts them from the name.
WIDE_NAMERS = _words(
    "用户 账号 账户 主机 节点 服务 队列 主题 任务 租户 客户 集群 实例 容器 表 数据库 接口 设备 "
    "商户 商家 门店 会员 员工 操作员 管理员 审核员 司机 客服 车辆 机器 机房 机柜 应用 模块 组件 进程 线程 插件 作业 流程 规则 策略 角色 "
    "部门 机构 项目 仓库 商品 渠道 银行 文件 目录 索引 字段 分区 通道 域名 网关 传感器 摄像头 机器人 地区 城市 区域 站点 网点 线路 "
    "分组 镜像 脚本 命令 参数 指标 缓存 证书"
)
#: What Chinese words begin with, and what they end with, that say what happened: `已取消`, `审核通过`.
_WIDE_BEGINNINGS = ("已", "未", "正在", "开始", "停止", "无法", "没有", "即将", "准备", "被", "不")
_WIDE_ENDINGS = (
    "成功", "失败", "完成", "超时", "异常", "错误", "中断", "终止", "结束", "开始", "关闭", "启动", "停止", "取消", "过期",
    "拒绝", "通过", "断开", "恢复", "上线", "离线", "下线", "重启", "丢失", "不足", "过高", "过低", "无效", "为空", "存在",
)  # fmt: skip
#: Behind these one word that is none of the language is a name, even if it is the only one.
OWNERS = _words("user username account host hostname")
#: Behind these a name may stand.
LEADERS = _words("for from by to of on at in with as against via into onto named called")
#: Marks that names begin with, and words of the language do not: `#builds`, `@timestamp`, `*.iso`.
NAME_MARKS = frozenset("#@.$*~%")
#: What programs print for a value and nobody writes in prose.
PRINTED = frozenset(("true", "false", "null", "n/a", "nan", "nullptr", "nil", "(nil)", "(null)"))
#: Words that join others and name nothing.
FUNCTION_WORDS = _words(
    "a an the and or not no nor than then is are was were be been being has have had do does did will would can could "
    "may might must should shall this that these those it its there here when while until if because but so too "
    "very only also already still yet again now all any each every some none other another own same such both"
)

_COMMON = _words("""
    a about above abort access account across action active actual address after again against ago alarm
    alert all alloc allocate allow already also always am an and another any anymore api app application
    archive are argument arguments array as ask asked assert at attempt attempts attribute audit auth
    authentication authorization auto available away back backend background backup bad balance bandwidth
    base batch be because become been before begin behind being below best better between big binary bind
    bit bits block blocks body boot both bound broadcast broken bucket buffer buffers bug build bus busy but
    by byte bytes cache call callback calls can cancel cannot capacity card case catch cause certificate
    chain change changes channel check checks checksum child children chunk clean cleanup clear client
    clients clock close cluster code codes collection column command commands commit common complete
    component config configuration conflict connect connection connections console consumer container
    content context control controller copy core correct corrupt could count counter cpu crash create
    credential credentials critical current cycle daemon data database datagram date day days deadlock debug
    decode default defer degraded delay delete delivery denied dependency depth descriptor destination
    destroy detail details detect device devices did different dir directory dirty disable disconnect disk
    dispatch display do document does domain don't done down download driver drop due dump duplicate during
    duration each early edge either element else empty enable encode encoding end endpoint engine enough
    entries entry environment error errors event events ever every exact exceed except exception exceptions
    exclude execute execution executor exist existing exists exit expect expire explicit export extend
    extension external extra fail failover failure failures fair false family fast fatal fault feature fetch
    few field fields file files filesystem filter final find finish first fix flag flags floating flow flush
    folder for force foreign fork form format found frame framework free frequency fresh from front full
    function further gap garbage gateway general generic get give global go good got grace grant great
    greater group groups half halt handle handler handshake hard hardware has hash have header headers
    health heap heartbeat height hello help here high hint history hit hold hook host hosts hour hours how
    http https id identifier identity idle if ignore illegal image immediate implicit import in inactive
    incoming incomplete incorrect index info information init initial initialization inode input insert
    inside instance instances instead instruction insufficient int integer integrity interface internal
    interrupt interval into invalid invocation io ip is issue item items it its iteration job jobs join just
    keep kernel key keys kill kind know known lack large last late latency later latest lead leader leak
    lease least left length less level library life lifecycle like limit limits line lines link list listen
    listener little load loader local locale location lock locks log logger login logout logs long longer
    lookup loop lost low lower machine main maintenance make manager manual many map mapping mark mask
    master match max maximum may mean media member memory merge message messages meta metadata method metric
    metrics middle migration min minimum minor minute minutes mismatch miss missing mode model modified
    modify module modules monitor more most mount move much multi multiple must name names namespace native
    near need needs negative neither network never new next no node nodes non none nor normal not note
    nothing notice notification notify now null number object objects of off offline offset ok old on once
    one online only onto open operation operations operator option optional options or order origin orphan
    other our out outgoing output outside over overflow overhead own owner package packet packets page pages
    panic parallel parameter parameters parent parity parse parser part partial partition partitions parts
    password patch path pause payload peer pending per percent performance period permission permissions
    persistent phase physical pid ping pipe pipeline place plain plan please plugin point policy poll pool
    pools port possible post power pre prefix prepare present previous primary print priority private
    privilege probe problem procedure process processes producer profile program progress project promote
    properties property protocol provider proxy public publish pull purge push put query queue queues quick
    quit quota race random range rank rate rather ratio raw reach read reader ready real reason rebuild
    receive recent record records recover recovery redirect reduce ref reference refresh refuse region
    register registry reject relation release reload remain remote remove rename repair repeat replace
    replica replicas replication reply report repository request requests require requirement rerun reserve
    reset resolve resource resources respond response rest restart restore result results resume retries
    retry return reverse revision right role rollback rotate round route router row rows rule rules run
    runtime safe same sample save scale scan schedule scheduler schema scheme scope score script search
    second secondary seconds secret section sector secure security see segment select self semaphore send
    sender sense sensor sequence serial serializer series server servers service services session sessions
    set sets settings setup several severity shape shard share short should show shut shutdown side sign
    signal signature silent simple since single size skip slave sleep slot slots slow small snapshot so
    socket sockets soft software some soon source space spare spawn special specific speed split stack stage
    stale standard standby start startup state statement states static status step still stop storage store
    stored stream strict string strong struct style sub subject submit subnet subscription subsystem success
    such sudden sum summary support sure suspend swap switch symbol sync synchronization synchronize syntax
    system systems table tables tag take target task tasks temp template temporary tenant term test text
    than that the their them then there these they thing this those thread threads threshold through
    throughput throw ticket tier till time timeout timeouts timer times timestamp to token too tool top
    topic topics total trace track traffic transaction transactions transfer transition translation
    transport tree trigger true trust try tunnel turn two type types unable unauthorized unavailable
    undefined under unexpected unhealthy unique unit units unknown unless unlock unreachable unregister
    unsupported until unusual up update updates upgrade upload upper upstream uptime url usage use user
    users using usual valid validation value values vary vector vendor verify version very via view virtual
    visible volume vote wait wake want warm warn warning was watch watchdog way we weak web weight well were
    what when where whether which while who whole why wide width will window with within without word work
    worker workers would wrap write writer wrong yes yet you your zero zone alive allowed am are bye dead
    illegal deleted found gone held hung kept left lost made met sent set shut spent stuck taken thrown told
    understood woken written
    appears arrives becomes begins belongs closes comes contains continues detects ends enters expects expires fails finds finishes
    gets gives goes holds ignores keeps knows leaves lets looks loses means opens remains replies returns says seems sends sets
    stands starts stays stops takes tells throws tries uses waits wants works
    """)
_ENDINGS = (
    "ing", "tion", "sion", "ment", "able", "ible", "ness", "ance", "ence", "ity", "ive", "ful", "less",
    "ous", "ally", "ed", "fully", "ately",
)  # fmt: skip


@lru_cache(_REMEMBERED)
def is_common(word: str) -> bool:
    """
    Return whether *word* is a word of the language rather than a name.

    Example:
        >>> is_common("Retrying"), is_common("alice"), is_common("net.core.Main")
        (True, False, False)
    """
    plain = word.strip(".!?*-_'").lower()
    if not plain.isalpha():
        parts = plain.replace("/", "-").split("-")
        return len(parts) > 1 and all(part in _COMMON for part in parts)
    if not plain.isascii():
        return True
    if plain in _COMMON or plain in GOOD or plain in BAD:
        return True
    return len(plain) > 5 and plain.endswith(_ENDINGS)


@lru_cache(_REMEMBERED)
def is_name(word: str) -> bool:
    """
    Return whether *word* is written as only names are: marks inside, or a hump in the middle.

    Example:
        >>> is_name("order_worker"), is_name("DataNode"), is_name("Retrying"), is_name("I/O")
        (True, True, False, False)
    """
    plain = word.strip(".!?*-'")
    if len(plain) < 3 or is_common(plain):
        return False
    if any(char in "_.@$\\" for char in plain[1:-1]):
        return any(char.isalpha() for char in plain)
    humps = sum(1 for a, b in pairwise(plain) if a.islower() and b.isupper())
    return humps > 0


_PARTICLES = frozenset(("up", "down", "on", "off", "in", "out", "open", "closed"))
#: Function words that make another statement of a message: `host <id> reached` and `host not reached`.
_SAYING = FUNCTION_WORDS - _words("a all any both each every none other another same")
#: Methods of HTTP.
METHODS = frozenset(
    ("GET", "POST", "PUT", "HEAD", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE")
)


@lru_cache(_REMEMBERED)
def is_outcome(word: str) -> bool:
    """
    Return whether *word* says what happened rather than to what: an outcome, a verb, an exception.

    Example:
        >>> is_outcome("failed"), is_outcome("printed"), is_outcome("SocketException"), is_outcome("printer")
        (True, True, True, False)
    """
    plain = word.strip(".!?*-_'")
    lower = plain.lower()
    if lower in GOOD or lower in BAD or lower in _PARTICLES or plain in METHODS:
        return True
    if lower in _SAYING:
        return True
    if not plain.isascii():
        return plain.startswith(_WIDE_BEGINNINGS) or plain.endswith(_WIDE_ENDINGS)
    return plain.endswith(("Exception", "Error")) or _is_inflected(plain)


@lru_cache(_REMEMBERED)
def may_be_called(word: str) -> bool:
    """
    Return whether only its ending makes *word* an outcome: names end so too (`Untitled`, `reporting`).

    Example:
        >>> may_be_called("reporting"), may_be_called("failed"), may_be_called("is")
        (True, False, False)
    """
    plain = word.strip(".!?*-_'")
    return _is_inflected(plain) and plain.lower() not in GOOD | BAD | _SAYING


#: Words that end as verbs do and are none.
_NO_VERBS = _words(
    "breed ceiling creed evening greed morning rating setting speed spring string swing warning"
)


def _is_inflected(plain: str) -> bool:
    lower = plain.lower()
    if len(plain) < 5 or not lower.endswith(("ed", "ing")) or lower in _NO_VERBS:
        return False
    return plain.isalpha() and (plain[1:].islower() or plain.isupper())


@lru_cache(_REMEMBERED)
def may_be_name(word: str) -> bool:
    """Return whether *word* begins with a letter and is neither a word of the language nor an outcome."""
    return word[:1].isalpha() and not is_common(word) and not is_outcome(word)


def opposed(words: frozenset[str]) -> bool:
    """Return whether a good and a bad outcome are among *words*."""
    plain = {word.strip(".!?").lower() for word in words}
    return not (plain.isdisjoint(GOOD) or plain.isdisjoint(BAD))
