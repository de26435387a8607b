//! Which language the reader of a page wants: their own choice, then the service's, then the browser's.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::extract::Request;
use http::HeaderMap;
use http::Uri;
use http::header;
use http::request::Parts;

use super::visitor::cookie;
use crate::http::Web;
use crate::http::pages::Frame;
use crate::i18n::Lang;
use crate::i18n::negotiate;

/// Who reads a page.
#[derive(Clone, Debug)]
pub struct Reader {
    /// In which language.
    pub lang: Lang,
    /// Whether they chose it just now, by the link in the page's head.
    pub chosen: bool,
    decided: bool,
    accept: Option<String>,
}

/// The cookie that keeps a choice.
pub const COOKIE: &str = "motcua_lang";

impl<S: Sync> FromRequestParts<S> for Reader {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::read(&parts.uri, &parts.headers))
    }
}

impl Reader {
    /// Who sent `request`.
    pub fn of(request: &Request) -> Self {
        Self::read(request.uri(), request.headers())
    }

    /// Who sent a request with this target and these headers.
    pub fn read(uri: &Uri, headers: &HeaderMap) -> Self {
        let in_query = |name: &str| {
            let query = uri.query().unwrap_or_default();
            url::form_urlencoded::parse(query.as_bytes())
                .find(|(key, _)| key == name)
                .map(|(_, value)| value.into_owned())
        };
        let by_link = in_query("lang").as_deref().and_then(Lang::from_tag);
        let by_cookie = cookie(headers, COOKIE).and_then(Lang::from_tag);
        let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).map(str::to_owned);
        let lang = by_link.or(by_cookie).unwrap_or_else(|| negotiate(None, None, accept.as_deref()));
        Self { lang, chosen: by_link.is_some(), decided: by_link.or(by_cookie).is_some(), accept }
    }

    /// The same, where the service says which languages the person reads (`ui_locales`).
    pub fn told_by(mut self, ui_locales: Option<&str>) -> Self {
        if !self.decided {
            self.lang = negotiate(ui_locales, None, self.accept.as_deref());
        }
        self
    }

    /// What stands around a page; `here` is its address, if it can be asked for again.
    pub fn frame<'a>(&self, web: &'a Web, here: Option<&str>) -> Frame<'a> {
        let other = self.lang.other().tag();
        let other_language_href = here.map(|here| {
            let joint = if here.contains('?') { '&' } else { '?' };
            format!("{here}{joint}lang={other}")
        });
        Frame { lang: self.lang, deployment: &web.deployment, other_language_href }
    }
}
