//! Who asks: query, cookies and language of a request.

use cookie::Cookie;
use cookie::SameSite;
use http::HeaderMap;
use http::header::ACCEPT_LANGUAGE;
use http::header::COOKIE;

use super::kind::Kind;
use super::lang::Lang;

/// What a request says about its sender.
pub struct Visitor {
    /// The language in which to answer.
    pub lang: Lang,
    /// The language that the request itself chooses; it is to be remembered.
    pub chosen: Option<Lang>,
    query: Vec<(String, String)>,
    cookies: Vec<(String, String)>,
    kind: Kind,
}

/// A cookie of a portal. All share `localhost`, so the portal's key is part of the name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Jar {
    /// The portal's own session.
    Session,
    /// The browser, while it signs in.
    Browser,
    /// The language.
    Lang,
    /// The browser, for the observer of the demonstration: one for all portals, as no real ones would have.
    Observer,
}

impl Visitor {
    /// Reads what a request to the portal of `kind` says.
    pub fn new(kind: Kind, query: &str, headers: &HeaderMap) -> Self {
        let query = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let cookies = headers
            .get_all(COOKIE)
            .iter()
            .map(|header| String::from_utf8_lossy(header.as_bytes()))
            .flat_map(Cookie::split_parse)
            .flatten()
            .map(|cookie| (cookie.name().to_owned(), cookie.value().to_owned()))
            .collect();
        let mut visitor = Self { lang: Lang::Vi, chosen: None, query, cookies, kind };
        visitor.chosen = visitor.param("lang").and_then(Lang::parse);
        let accepted = || headers.get(ACCEPT_LANGUAGE).and_then(|h| h.to_str().ok()).and_then(Lang::accepted);
        let remembered = visitor.cookie(Jar::Lang).and_then(Lang::parse);
        visitor.lang = visitor.chosen.or(remembered).or_else(accepted).unwrap_or(Lang::Vi);
        visitor
    }

    /// The query parameter, if it is there exactly once (RFC 6749 §3.1).
    pub fn param(&self, name: &str) -> Option<&str> {
        let mut found = self.query.iter().filter(|(known, _)| known == name);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }

    /// The value of one of our cookies.
    pub fn cookie(&self, jar: Jar) -> Option<&str> {
        let name = jar.name(self.kind);
        self.cookies.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
    }
}

impl Jar {
    /// The `Set-Cookie` value that keeps `value`, or drops the cookie if there is none.
    pub fn set(self, kind: Kind, value: Option<&str>) -> String {
        let age = match (self, value) {
            (_, None) => cookie::time::Duration::ZERO,
            (Self::Session | Self::Observer, _) => cookie::time::Duration::hours(12),
            (Self::Browser, _) => cookie::time::Duration::hours(1),
            (Self::Lang, _) => cookie::time::Duration::days(365),
        };
        Cookie::build((self.name(kind), value.unwrap_or_default().to_owned()))
            .path("/")
            .http_only(true)
            .same_site(SameSite::Lax)
            .max_age(age)
            .build()
            .to_string()
    }

    fn name(self, kind: Kind) -> String {
        let what = match self {
            Self::Session => "session",
            Self::Browser => "browser",
            Self::Lang => "lang",
            Self::Observer => return "portals_observer".to_owned(),
        };
        format!("portal_{}_{what}", kind.key())
    }
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn visitor(query: &str, cookie: &'static str, accept: &'static str) -> Visitor {
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, HeaderValue::from_static(cookie));
        headers.insert(ACCEPT_LANGUAGE, HeaderValue::from_static(accept));
        Visitor::new(Kind::Commune, query, &headers)
    }

    #[test]
    fn the_query_outweighs_the_cookie_and_the_cookie_the_header() {
        assert_eq!(visitor("lang=en", "portal_commune_lang=vi", "vi").lang, Lang::En);
        assert_eq!(visitor("", "portal_commune_lang=en", "vi").lang, Lang::En);
        assert_eq!(visitor("", "portal_national_lang=en", "vi").lang, Lang::Vi);
        assert_eq!(visitor("", "", "en-US").lang, Lang::En);
        assert_eq!(visitor("lang=xx", "", "fr").lang, Lang::Vi);
    }

    #[test]
    fn a_repeated_parameter_counts_as_none() {
        assert_eq!(visitor("state=a&state=b", "", "").param("state"), None);
        assert_eq!(visitor("state=a%20b", "", "").param("state"), Some("a b"));
    }

    #[test]
    fn cookies_carry_the_portals_name_and_stay_out_of_scripts() {
        let set = Jar::Session.set(Kind::Hospital, Some("x"));
        assert!(set.starts_with("portal_hospital_session=x; "), "{set}");
        for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(set.contains(part), "{set}");
        }
        assert!(Jar::Session.set(Kind::Hospital, None).contains("Max-Age=0"));
    }
}
