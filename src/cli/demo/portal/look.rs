//! The frame of a portal's pages.

use super::Portal;
use super::emblem;
use super::html::Text;
use super::kind::Kind;
use super::lang::Lang;

/// What goes into the frame.
pub struct Frame<'a> {
    /// The portal.
    pub portal: &'a Portal,
    /// The reader's language.
    pub lang: Lang,
    /// The page's own title, as text.
    pub title: &'a str,
    /// Where the other language of the page is found.
    pub path: &'a str,
    /// The class of `main`.
    pub class: &'a str,
    /// The content of `main`, as HTML.
    pub body: String,
}

impl Frame<'_> {
    /// The whole page.
    pub fn page(&self) -> String {
        unbroken(&self.html())
    }

    fn html(&self) -> String {
        let Self { portal, lang, class, body, .. } = self;
        let kind = portal.kind;
        format!(
            r##"<!doctype html>
<html lang="{tag}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>{title} · {service}</title><link rel="stylesheet" href="/style.css"><link rel="icon" href="/emblem.svg"></head>
<body class="{key}"><a class="skip" href="#main">{skip}</a>
<header class="top"><div class="bar"><a class="brand" href="/">{emblem}<span><strong>{service}</strong><small>{agency}</small></span></a>{langs}</div></header>
<div class="scene" aria-hidden="true">{scene}</div>
<main id="main" class="{class}">{body}</main>
<footer class="foot"><p><b>{host}</b> · {fiction}</p></footer></body></html>
"##,
            tag = lang.tag(),
            title = Text(self.title),
            service = kind.service(*lang),
            key = kind.key(),
            skip = lang.pick("Tới nội dung chính", "Skip to the main content"),
            emblem = emblem::inline(kind, "emblem"),
            agency = kind.agency(*lang),
            langs = self.languages(),
            scene = emblem::scene(kind),
            host = kind.host(),
            fiction = lang.pick(
                "Trang trình diễn: đất nước này và các cơ quan của nó không có thật.",
                "A demonstration: this country and its agencies do not exist.",
            ),
        )
    }

    fn languages(&self) -> String {
        let entries: String = [(Lang::Vi, "Tiếng Việt"), (Lang::En, "English")]
            .into_iter()
            .map(|(lang, name)| {
                let tag = lang.tag();
                if lang == self.lang {
                    format!(r#"<b lang="{tag}" aria-current="true">{name}</b>"#)
                } else {
                    format!(r#"<a lang="{tag}" hreflang="{tag}" href="{}?lang={tag}">{name}</a>"#, self.path)
                }
            })
            .collect();
        format!(r#"<nav class="langs" aria-label="Ngôn ngữ · Language">{entries}</nav>"#)
    }
}

/// Names of places, and what kind of place it is, do not break at the end of a line.
pub fn unbroken(text: &str) -> String {
    const NAMES: [&str; 10] = [
        "tỉnh Sông Lam",
        "Sông Lam",
        "sông Lam",
        "xã Đồng Nội",
        "Xã Đồng Nội",
        "Đồng Nội",
        "Bờ Hồ",
        "Thôn Thượng",
        "Tâm An",
        "Một Cửa",
    ];
    NAMES.iter().fold(text.to_owned(), |text, name| text.replace(name, &name.replace(' ', "\u{a0}")))
}

/// The style sheet of a portal.
pub fn style(kind: Kind) -> String {
    let own = match kind {
        Kind::National => include_str!("css/national.css"),
        Kind::Ministry => include_str!("css/ministry.css"),
        Kind::Province => include_str!("css/province.css"),
        Kind::Commune => include_str!("css/commune.css"),
        Kind::Hospital => include_str!("css/hospital.css"),
    };
    [include_str!("css/base.css"), include_str!("css/journey.css"), own].concat()
}
