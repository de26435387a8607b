//! What the portals look like from afar: emblem and scene of each, as SVG.

use super::kind::Kind;

/// The emblem, to stand in a page.
pub fn inline(kind: Kind, class: &str) -> String {
    format!(r#"<svg class="{class}" viewBox="0 0 40 40" aria-hidden="true">{}</svg>"#, drawing(kind))
}

/// The emblem as a file.
pub fn file(kind: Kind) -> String {
    format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">{}</svg>"#, drawing(kind))
}

/// The picture behind or beside the head of the page.
pub const fn scene(kind: Kind) -> &'static str {
    match kind {
        // Its drum is in its style sheet, for the banner grows with the words in it.
        Kind::National => "",
        Kind::Ministry => MINISTRY_SCENE,
        Kind::Province => PROVINCE_SCENE,
        Kind::Commune => COMMUNE_SCENE,
        Kind::Hospital => HOSPITAL_SCENE,
    }
}

const fn drawing(kind: Kind) -> &'static str {
    match kind {
        Kind::National => {
            r##"<circle cx="20" cy="20" r="19" fill="#f4d58d"/><circle cx="20" cy="20" r="15.5" fill="none" stroke="#7b1232" stroke-width="1.6" stroke-dasharray="2 2.06"/><path d="M20 7l2.7 8.1 7.6-3.9-3.9 7.6L34 20l-7.6 2.2 3.9 6.6-7.6-2.9L20 33l-2.7-7.1-7.6 2.9 3.9-6.6L6 20l7.6-1.2-3.9-7.6 7.6 3.9z" fill="#7b1232"/><circle cx="20" cy="20" r="3.4" fill="#f4d58d"/>"##
        }
        Kind::Ministry => {
            r##"<path d="M4 3h32v21c0 7-7 11-16 14C11 35 4 31 4 24z" fill="#2b3a55"/><path d="M15 36L18.4 8h3.2L25 36l-5 2z" fill="#e9edf4"/><path d="M20 10v4m0 4v5m0 4v6" stroke="#b7791f" stroke-width="2"/>"##
        }
        Kind::Province => {
            r##"<circle cx="20" cy="20" r="19" fill="#dff0ee"/><circle cx="27" cy="12" r="4.5" fill="#e8a33d"/><path d="M3 25L13 10l7 10 4-5 12 12a19 19 0 0 1-33-2z" fill="#2f7f73"/><path d="M3.500 28c5-3 8 2 13 0s8-3 12 0 6 1 8 0A19 19 0 0 1 3.500 28z" fill="#0b5566"/>"##
        }
        Kind::Commune => {
            r##"<rect x="1" y="1" width="38" height="38" rx="7" fill="#9a3f12"/><path d="M20 35V14" stroke="#fbe6c2" stroke-width="2.2"/><path d="M20 15c-1-5 0-8 0-10 0 2 1 5 0 10zM20 21c-6 0-8-3-9-7 5 0 8 2 9 7zm0 0c6 0 8-3 9-7-5 0-8 2-9 7zm0 8c-6 0-8-3-9-7 5 0 8 2 9 7zm0 0c6 0 8-3 9-7-5 0-8 2-9 7z" fill="#fbe6c2"/><path d="M18.600 14c-1-4 .4-7 1.400-9 1 2 2.400 5 1.400 9z" fill="#fbe6c2"/>"##
        }
        Kind::Hospital => {
            r##"<rect x="1" y="1" width="38" height="38" rx="19" fill="#0b7a55"/><path d="M16 9h8v7h7v8h-7v7h-8v-7H9v-8h7z" fill="#fff"/><path d="M20 25c-4-2.600-5-4.600-4.200-6.300.9-1.700 3.200-1.500 4.200.2 1-1.700 3.300-1.900 4.200-.2.8 1.700-.2 3.700-4.200 6.300z" fill="#0b7a55"/>"##
        }
    }
}

const MINISTRY_SCENE: &str = r##"<svg viewBox="0 0 1200 28" preserveAspectRatio="xMinYMid slice"><path d="M0 0h1200v28H0z" fill="#3c4657"/><path d="M0 14h1200" stroke="#f0b93a" stroke-width="3" stroke-dasharray="34 22"/></svg>"##;

const PROVINCE_SCENE: &str = r##"<svg viewBox="0 0 1200 300" preserveAspectRatio="xMidYMax slice"><path d="M0 0h1200v300H0z" fill="#e6f3f4"/><circle cx="860" cy="112" r="40" fill="#f3c26b"/><path d="M0 180l120-70 110 60 150-100 140 90 90-50 150 80 120-70 140 80 180-90v190H0z" fill="#b5d8d3"/><path d="M0 205l170-75 150 65 180-85 190 85 160-45 350 75v75H0z" fill="#6fb0a6"/><path d="M0 218c200-26 300 10 500 0s330-28 700-6v88H0z" fill="#2f7f73"/><path d="M0 300v-46c200-8 300-28 500-26s260 14 430 4 190-10 270-8v76z" fill="#bfe0ea"/><path d="M150 262c90-4 150-10 210-14m60 12h120m240-6c80 4 150 0 220-6" fill="none" stroke="#fff" stroke-width="3"/><path d="M640 246h66l-11 12h-45zM670 244v-32l26 32zM666 244v-26l-18 26z" fill="#7a4a22"/></svg>"##;

const COMMUNE_SCENE: &str = r##"<svg viewBox="0 0 1200 60" preserveAspectRatio="xMidYMin slice"><path d="M0 6c200 26 400 26 600 0 200 26 400 26 600 0" fill="none" stroke="#8a5a2b" stroke-width="2"/><g fill="#c2571b"><path d="M60 14h36l-18 30zM260 25h36l-18 30zM460 18h36l-18 30zM660 13h36l-18 30zM860 25h36l-18 30zM1060 20h36l-18 30z"/></g><g fill="#5d7a2f"><path d="M160 21h36l-18 30zM360 24h36l-18 30zM556 8h36l-18 30zM760 21h36l-18 30zM960 24h36l-18 30zM1150 10h36l-18 30z"/></g></svg>"##;

const HOSPITAL_SCENE: &str = r##"<svg viewBox="0 0 1200 44" preserveAspectRatio="xMidYMid slice"><path d="M0 24h420l14-6 12 6h20l8 6 14-28 14 38 10-16h18l16-8 16 8h638" fill="none" stroke="#0b7a55" stroke-width="2.500" stroke-linejoin="round"/></svg>"##;
