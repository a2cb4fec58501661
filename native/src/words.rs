//! Word lists of `paicha.kernel.chunks`, `units`, `shape` and `variables`, each sorted by its bytes.
//! `tests/unit/kernel/test_native_words.py` compares them.

/// Units that may stick to their number.
static UNITS: [&str; 94] = [
    "%", "/d", "/day", "/h", "/hour", "/m", "/min", "/minute", "/s", "/sec", "/second", "A", "B",
    "B/s", "G", "G/s", "GB", "GB/s", "GHz", "Gbps", "GiB", "GiB/s", "Hz", "K", "K/s", "KB", "KB/s",
    "KHz", "Kbps", "KiB", "KiB/s", "M", "M/s", "MB", "MB/s", "MHz", "Mbps", "MiB", "MiB/s", "PB",
    "PB/s", "QPS", "T", "T/s", "TB", "TB/s", "TPS", "TiB", "TiB/s", "V", "W", "bit", "bits", "bps",
    "byte", "bytes", "d", "days", "gb", "h", "hours", "hr", "hrs", "k", "kB", "kHz", "kW", "kb",
    "kbps", "m", "mA", "mV", "mb", "min", "mins", "minutes", "ms", "ns", "px", "qps", "rpm", "s",
    "sec", "seconds", "secs", "times", "tps", "us", "x", "°C", "°F", "µs", "μs", "‰",
];

/// Units that may stand one blank behind their number.
static UNIT_WORDS: [&str; 51] = [
    "%",
    "B",
    "GB",
    "GB/s",
    "GHz",
    "Gbps",
    "GiB",
    "KB",
    "KB/s",
    "KiB",
    "MB",
    "MB/s",
    "MHz",
    "Mbps",
    "MiB",
    "PB",
    "QPS",
    "TB",
    "TPS",
    "TiB",
    "byte",
    "bytes",
    "day",
    "days",
    "gb",
    "h",
    "hour",
    "hours",
    "kB",
    "kb",
    "mb",
    "microsecond",
    "microseconds",
    "millisecond",
    "milliseconds",
    "min",
    "mins",
    "minute",
    "minutes",
    "ms",
    "ns",
    "percent",
    "qps",
    "s",
    "sec",
    "second",
    "seconds",
    "secs",
    "tps",
    "us",
    "µs",
];

/// Chinese measures.
static WIDE_UNITS: [&str; 26] = [
    "万",
    "个",
    "个/秒",
    "亿",
    "倍",
    "元",
    "兆",
    "分钟",
    "台",
    "天",
    "字节",
    "小时",
    "度",
    "微秒",
    "条",
    "条/秒",
    "次",
    "次/分",
    "次/分钟",
    "次/小时",
    "次/秒",
    "毫秒",
    "秒",
    "秒钟",
    "行",
    "％",
];

/// Words of the trade that hold a digit.
static TERMS: [&str; 266] = [
    "2fa",
    "2xx",
    "3des",
    "3ds",
    "3gpp",
    "3xx",
    "4xx",
    "5xx",
    "802.11",
    "802.1q",
    "802.1x",
    "a2dp",
    "aarch64",
    "aes-128",
    "aes-256",
    "aes128",
    "aes192",
    "aes256",
    "amd64",
    "arm64",
    "armv7",
    "armv7l",
    "armv8",
    "av1",
    "b2b",
    "b2c",
    "base32",
    "base58",
    "base64",
    "big5",
    "blake2",
    "blake3",
    "bzip2",
    "c3p0",
    "chacha20",
    "co2",
    "crc32",
    "crc32c",
    "css3",
    "curve25519",
    "db2",
    "dhcpv4",
    "dhcpv6",
    "e2e",
    "ec2",
    "ed25519",
    "es256",
    "ext2",
    "ext2-fs",
    "ext3",
    "ext3-fs",
    "ext4",
    "ext4-fs",
    "fat16",
    "fat32",
    "fido2",
    "float32",
    "float64",
    "gb18030",
    "gb2312",
    "h.264",
    "h.265",
    "h.323",
    "h2",
    "h264",
    "h265",
    "h2db",
    "hl7",
    "hmac-md5",
    "hmac-sha1",
    "hmac-sha256",
    "hmac-sha512",
    "hs256",
    "html5",
    "http/1.0",
    "http/1.1",
    "http/2",
    "http/2.0",
    "http/3",
    "http2",
    "http3",
    "i18n",
    "i2c",
    "i2s",
    "i386",
    "i586",
    "i686",
    "ia64",
    "icmpv4",
    "icmpv6",
    "igmpv2",
    "igmpv3",
    "ikev1",
    "ikev2",
    "imap4",
    "imap4rev1",
    "int16",
    "int32",
    "int64",
    "int8",
    "ipv4",
    "ipv4/ipv6",
    "ipv6",
    "iso-8859-1",
    "iso8601",
    "iso8859-1",
    "iso9660",
    "j2ee",
    "json5",
    "k3s",
    "k8s",
    "l1",
    "l10n",
    "l2",
    "l2/l3",
    "l2tp",
    "l3",
    "l4",
    "l7",
    "latin1",
    "log4j",
    "log4j2",
    "log4net",
    "lz4",
    "lzma2",
    "m3u8",
    "md4",
    "md5",
    "mips64",
    "mp3",
    "mp4",
    "mpeg2",
    "mpeg4",
    "neo4j",
    "nfs3",
    "nfs4",
    "nfsv3",
    "nfsv4",
    "ntlmv1",
    "ntlmv2",
    "ntpv4",
    "oauth",
    "oauth1",
    "oauth2",
    "oauth2.0",
    "ospfv2",
    "ospfv3",
    "p2p",
    "p50",
    "p90",
    "p95",
    "p99",
    "pkcs11",
    "pkcs12",
    "pkcs7",
    "pkcs8",
    "pm2",
    "poly1305",
    "pop3",
    "ppc64",
    "ppc64le",
    "ps2",
    "python2",
    "python3",
    "r2dbc",
    "raid0",
    "raid1",
    "raid10",
    "raid5",
    "raid6",
    "rfc3164",
    "rfc3339",
    "rfc5424",
    "rfc822",
    "ring0",
    "riscv64",
    "rj45",
    "rs-232",
    "rs-485",
    "rs232",
    "rs256",
    "rs485",
    "rsa-sha1",
    "rsa-sha256",
    "rsa-sha512",
    "s3",
    "s390x",
    "saml2",
    "saml2.0",
    "sha-1",
    "sha-256",
    "sha-384",
    "sha-512",
    "sha1",
    "sha2",
    "sha224",
    "sha256",
    "sha3",
    "sha384",
    "sha512",
    "slf4j",
    "smb1",
    "smb2",
    "smb3",
    "smbv1",
    "snmpv1",
    "snmpv2c",
    "snmpv3",
    "socks4",
    "socks4a",
    "socks5",
    "sparc64",
    "spo2",
    "sqlite3",
    "ss7",
    "ssh1",
    "ssh2",
    "sshv2",
    "ssl2",
    "ssl3",
    "sslv2",
    "sslv3",
    "tcp/ipv4",
    "tcp/ipv6",
    "tls1",
    "tls1.0",
    "tls1.1",
    "tls1.2",
    "tls1.3",
    "tlsv1",
    "tlsv1.0",
    "tlsv1.1",
    "tlsv1.2",
    "tlsv1.3",
    "u2f",
    "udp/ipv4",
    "udp/ipv6",
    "uint16",
    "uint32",
    "uint64",
    "uint8",
    "utf-16",
    "utf-32",
    "utf-8",
    "utf16",
    "utf32",
    "utf8",
    "utf8mb4",
    "v4l2",
    "vp8",
    "vp9",
    "vt100",
    "web3",
    "win32",
    "win64",
    "windows-1252",
    "wpa2",
    "wpa3",
    "x.509",
    "x11",
    "x509",
    "x64",
    "x86",
    "x86_64",
    "zip64",
    "zlib1",
];

/// Endings that make two and more labels a host name.
static ENDINGS: [&str; 10] =
    ["arpa", "cn", "com", "edu", "gov", "internal", "local", "mil", "org", "svc"];

/// Endings that need three labels.
static LONG_ENDINGS: [&str; 29] = [
    "app",
    "au",
    "biz",
    "br",
    "ca",
    "ch",
    "cloud",
    "de",
    "dev",
    "es",
    "eu",
    "fr",
    "hk",
    "in",
    "info",
    "io",
    "it",
    "jp",
    "kr",
    "lan",
    "localdomain",
    "net",
    "nl",
    "pl",
    "ru",
    "se",
    "tw",
    "uk",
    "us",
];

/// Names of zones behind a clock.
static ZONES: [&str; 17] = [
    "BST", "CEST", "CET", "CST", "EDT", "EST", "GMT", "HKT", "IST", "JST", "MDT", "MSK", "MST",
    "PDT", "PST", "SGT", "UTC",
];

/// How an HTTP request begins.
static METHODS: [&str; 9] =
    ["CONNECT ", "DELETE ", "GET ", "HEAD ", "OPTIONS ", "PATCH ", "POST ", "PUT ", "TRACE "];

pub const MONTHS: [&[u8]; 12] = [
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];
pub const WEEKDAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Lengths of words as bits, by their first byte: what has none of them is not among the words.
const fn lengths(words: &[&str]) -> [u32; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < words.len() {
        let word = words[at].as_bytes();
        table[word[0] as usize] |= 1 << word.len();
        at += 1;
    }
    table
}

/// Lengths of terms as bits, of each run of digits one if `joined`; by their first byte, zero for all digits.
const fn lengths_but_for_digits(joined: bool) -> [u32; 256] {
    let mut table = [0; 256];
    let mut at = 0;
    while at < TERMS.len() {
        let word = TERMS[at].as_bytes();
        let (mut length, mut place) = (0, 0);
        while place < word.len() {
            let goes_on =
                place > 0 && word[place].is_ascii_digit() && word[place - 1].is_ascii_digit();
            length += if joined && goes_on { 0 } else { 1 };
            place += 1;
        }
        let first = if word[0].is_ascii_digit() { b'0' } else { word[0] };
        table[first as usize] |= 1 << length;
        at += 1;
    }
    table
}

static LENGTHS_BUT_FOR_DIGITS: [u32; 256] = lengths_but_for_digits(false);
static LENGTHS_BUT_FOR_RUNS: [u32; 256] = lengths_but_for_digits(true);
static UNIT_LENGTHS: [u32; 256] = lengths(&UNITS);
static UNIT_WORD_LENGTHS: [u32; 256] = lengths(&UNIT_WORDS);
static TERM_LENGTHS: [u32; 256] = lengths(&TERMS);
static ENDING_LENGTHS: [u32; 256] = lengths(&ENDINGS);
static LONG_ENDING_LENGTHS: [u32; 256] = lengths(&LONG_ENDINGS);

fn may_be(lengths: &[u32; 256], first: u8, length: usize) -> bool {
    length < 32 && lengths[first as usize] >> length & 1 == 1
}

fn among(words: &[&str], text: &str) -> bool {
    words.binary_search(&text).is_ok()
}

fn among_lower(words: &[&str], lengths: &[u32; 256], text: &str) -> bool {
    let first = text.bytes().next().unwrap_or(0).to_ascii_lowercase();
    if text.len() > 16 || !may_be(lengths, first, text.len()) || !text.is_ascii() {
        return false;
    }
    let mut lower = [0u8; 16];
    for (place, byte) in lower.iter_mut().zip(text.bytes()) {
        *place = byte.to_ascii_lowercase();
    }
    let lower = &lower[..text.len()];
    words.binary_search_by(|word| word.as_bytes().cmp(lower)).is_ok()
}

pub fn is_unit(text: &str) -> bool {
    may_be(&UNIT_LENGTHS, text.bytes().next().unwrap_or(0), text.len()) && among(&UNITS, text)
}

pub fn is_unit_word(text: &str) -> bool {
    may_be(&UNIT_WORD_LENGTHS, text.bytes().next().unwrap_or(0), text.len())
        && among(&UNIT_WORDS, text)
}

pub fn is_wide_unit(text: &str) -> bool {
    among(&WIDE_UNITS, text)
}

pub fn is_term(text: &str) -> bool {
    among_lower(&TERMS, &TERM_LENGTHS, text)
}

/// Whether a text would be a word of the trade with other digits, or is one.
pub fn is_term_but_for_digits(text: &str) -> bool {
    let same =
        |a: u8, b: u8| a.eq_ignore_ascii_case(&b) || a.is_ascii_digit() && b.is_ascii_digit();
    let alike = |term: &str| {
        term.len() == text.len() && term.bytes().zip(text.bytes()).all(|(a, b)| same(a, b))
    };
    may_be(&LENGTHS_BUT_FOR_DIGITS, first_but_for_digits(text), text.len())
        && TERMS.iter().any(|term| alike(term))
}

/// Whether a text would be a word of the trade with other runs of digits, or is one.
pub fn is_term_but_for_runs(text: &str) -> bool {
    may_be(&LENGTHS_BUT_FOR_RUNS, first_but_for_digits(text), outline(text).count())
        && TERMS.iter().any(|term| outline(term).eq(outline(text)))
}

/// The first byte of a text in small letters, zero for all digits.
fn first_but_for_digits(text: &str) -> u8 {
    match text.bytes().next().unwrap_or(0) {
        b'0'..=b'9' => b'0',
        byte => byte.to_ascii_lowercase(),
    }
}

/// The bytes of a text in small letters, of each run of digits one.
fn outline(text: &str) -> impl Iterator<Item = u8> {
    let mut inside = false;
    text.bytes().filter_map(move |byte| {
        let is_digit = byte.is_ascii_digit();
        let repeats = is_digit && inside;
        inside = is_digit;
        let kept = if is_digit { b'0' } else { byte.to_ascii_lowercase() };
        (!repeats).then_some(kept)
    })
}

pub fn is_ending(text: &str) -> bool {
    among_lower(&ENDINGS, &ENDING_LENGTHS, text)
}

pub fn is_long_ending(text: &str) -> bool {
    among_lower(&LONG_ENDINGS, &LONG_ENDING_LENGTHS, text)
}

pub fn is_zone(text: &str) -> bool {
    text.len() <= 4 && among(&ZONES, text)
}

pub fn is_method(text: &str) -> bool {
    (4..=8).contains(&text.len()) && among(&METHODS, text)
}

#[cfg(test)]
mod tests {
    use super::{TERMS, is_term_but_for_digits, is_term_but_for_runs};

    #[test]
    fn a_term_is_known_whatever_its_digits_are() {
        for term in TERMS {
            let other = term.to_uppercase().replace(|char: char| char.is_ascii_digit(), "7");
            assert!(is_term_but_for_digits(&other) && is_term_but_for_runs(&other), "{term}");
            let longer = term.replace(|char: char| char.is_ascii_digit(), "123");
            assert!(is_term_but_for_runs(&longer), "{term}");
        }
        for text in ["", "7", "x", "http2x", "x86_y", "1080p", "sha", &"s3".repeat(40)] {
            assert!(!is_term_but_for_digits(text) && !is_term_but_for_runs(text), "{text}");
        }
    }
}
