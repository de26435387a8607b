//! A letter as its reader's program takes it apart: RFC 5322, RFC 2045 to 2047.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A letter that arrived.
#[derive(Clone, Debug)]
pub struct Mail {
    /// To whom the server was told to bring it.
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
    /// Whether it came through TLS.
    pub encrypted: bool,
    headers: Vec<(String, String)>,
}

impl Mail {
    pub fn parse(to: &str, encrypted: bool, content: &str) -> Self {
        let (headers, body) = part(content);
        let kind = value(&headers, "content-type").unwrap();
        assert!(kind.starts_with("multipart/alternative"), "{kind}");
        let boundary = kind.split_once("boundary=").unwrap().1.trim_matches('"').to_owned();
        let (whole, between) = (format!("\r\n{body}"), format!("\r\n--{boundary}"));
        let parts = whole.split(&between).skip(1).take_while(|part| !part.starts_with("--"));
        let [text, html] = parts.map(decoded).collect::<Vec<_>>().try_into().unwrap();
        assert_eq!((text.0.as_str(), html.0.as_str()), ("text/plain", "text/html"), "the best comes last");
        let subject = words(&value(&headers, "subject").unwrap());
        Self { to: to.to_owned(), subject, text: text.1, html: html.1, encrypted, headers }
    }

    /// A header, however often it is there.
    pub fn header(&self, name: &str) -> Vec<String> {
        let own = self.headers.iter().filter(|(own, _)| own.eq_ignore_ascii_case(name));
        own.map(|(_, value)| words(value)).collect()
    }

    /// The one code in it.
    pub fn code(&self) -> String {
        let is_code = |word: &&str| word.len() == 6 && word.bytes().all(|b| b.is_ascii_digit());
        let [code] = self.text.split_whitespace().filter(is_code).collect::<Vec<_>>().try_into().unwrap();
        code.to_owned()
    }

    /// The one link that it asks to follow.
    pub fn link(&self) -> String {
        let hrefs = self.html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        let [link] = hrefs.collect::<Vec<_>>().try_into().unwrap();
        let link = link.replace("&#38;", "&").replace("&amp;", "&");
        assert!(self.text.lines().any(|line| line == link), "{link} is not in {}", self.text);
        link
    }
}

type Headers = Vec<(String, String)>;

fn part(content: &str) -> (Headers, &str) {
    let (head, body) = content.split_once("\r\n\r\n").unwrap();
    let unfolded = head.trim_start().replace("\r\n ", " ").replace("\r\n\t", " ");
    let headers = unfolded.split("\r\n").map(|line| line.split_once(": ").unwrap());
    (headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(), body)
}

fn value(headers: &Headers, name: &str) -> Option<String> {
    headers.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
}

/// The media type and the text of a part.
fn decoded(content: &str) -> (String, String) {
    let (headers, body) = part(content);
    let kind = value(&headers, "content-type").unwrap();
    assert!(kind.contains("utf-8"), "{kind}");
    let bytes = match value(&headers, "content-transfer-encoding").unwrap().as_str() {
        "quoted-printable" => quoted_printable(&body.replace("=\r\n", "")),
        "base64" => STANDARD.decode(body.replace("\r\n", "")).unwrap(),
        "7bit" => body.as_bytes().to_vec(),
        other => panic!("{other}"),
    };
    (kind.split(';').next().unwrap().to_owned(), String::from_utf8(bytes).unwrap().replace("\r\n", "\n"))
}

fn quoted_printable(text: &str) -> Vec<u8> {
    let mut parts = text.split('=');
    let mut bytes = parts.next().unwrap().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    bytes
}

/// RFC 2047: encoded words, between which white space counts for nothing.
fn words(value: &str) -> String {
    let mut out = String::new();
    let mut after_encoded = false;
    for word in value.split(' ') {
        let encoded = word.strip_prefix("=?utf-8?b?").and_then(|rest| rest.strip_suffix("?="));
        if !(out.is_empty() || after_encoded && encoded.is_some()) {
            out.push(' ');
        }
        match encoded {
            Some(encoded) => out.push_str(&String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap()),
            None => out.push_str(word),
        }
        after_encoded = encoded.is_some();
    }
    out
}
