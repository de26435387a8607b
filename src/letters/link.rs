//! Where a letter leads: a page of ours, whatever anybody asked for.

use serde::Deserialize;
use serde::Serialize;

/// A page of ours. Its host is that of the issuer, which the operator chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Link(String);

impl Link {
    /// A path of ours, with its query; `None` for what could lead elsewhere, or would end where it should not.
    pub fn to(path: impl Into<String>) -> Option<Self> {
        let path = path.into();
        let plain = |b: u8| b.is_ascii_graphic() && !b"\\\"'<>{}|^`".contains(&b);
        (path.starts_with('/') && !path.starts_with("//") && path.bytes().all(plain)).then_some(Self(path))
    }

    /// Where people see where they are signed in, and end what they did not begin.
    pub fn to_account() -> Self {
        Self("/account".to_owned())
    }

    /// Where people sign in.
    pub fn to_sign_in() -> Self {
        Self("/sign-in".to_owned())
    }

    /// Where people get back into their account.
    pub fn to_recovery() -> Self {
        Self("/recovery".to_owned())
    }

    /// Where somebody stops what they did not do.
    pub fn to_stop(sealed: &str) -> Self {
        Self(format!("/stop?stop={sealed}"))
    }

    /// Where they keep an account that closes.
    pub fn to_closing() -> Self {
        Self("/account/close".to_owned())
    }

    /// The whole URL.
    pub fn at(&self, issuer: &str) -> String {
        format!("{issuer}{}", self.0)
    }
}

impl TryFrom<String> for Link {
    type Error = &'static str;

    fn try_from(path: String) -> Result<Self, Self::Error> {
        Self::to(path).ok_or("not a path of ours")
    }
}

impl From<Link> for String {
    fn from(link: Link) -> Self {
        link.0
    }
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;

    #[test]
    fn a_link_leads_to_a_page_of_ours_or_is_none() {
        for path in ["/", "/account", "/stop?t=Ab-_9%20x&u=1", "/@evil.example", "/.evil.example", "/a//b"] {
            let url = Link::to(path).unwrap().at("https://id.example");
            assert_eq!(Url::parse(&url).unwrap().origin().ascii_serialization(), "https://id.example", "{path}");
        }
        for path in [
            "",
            "account",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "@evil.example",
            "/a b",
            "/a\r\nb",
            "/ệ",
            "/\">",
        ] {
            assert_eq!(Link::to(path), None, "{path:?}");
        }
    }
}
