//! The style sheet and the address that changes with it.

use std::fmt::Write;
use std::sync::OnceLock;

use crate::base::secret::sha256;

/// The style sheet of every page, to be served as `text/css` and cached for ever: without the remarks, which browsers need not
/// load.
pub fn style_sheet() -> &'static str {
    static SHEET: OnceLock<String> = OnceLock::new();
    SHEET.get_or_init(|| {
        let rules = include_str!("assets/motcua.css").split("/*");
        let rules = rules.map(|part| part.split_once("*/").map_or(part, |(_, rules)| rules).trim());
        rules.filter(|rules| !rules.is_empty()).collect::<Vec<_>>().join("\n")
    })
}

/// Where the style sheet is served: its name holds the beginning of its digest, so it may be kept for ever.
pub fn style_path() -> &'static str {
    static PATH: OnceLock<String> = OnceLock::new();
    PATH.get_or_init(|| {
        let digest = sha256(style_sheet().as_bytes());
        let hex = digest.iter().take(6).fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        format!("/assets/motcua.{hex}.css")
    })
}
