//! The style sheet and the address that changes with it.

use std::fmt::Write;
use std::sync::OnceLock;

use crate::base::secret::sha256;

/// The style sheet of every page, to be served as `text/css` and cached for ever.
pub const STYLE_SHEET: &str = include_str!("assets/motcua.css");

/// Where the style sheet is served: its name holds the beginning of its digest, so it may be kept for ever.
pub fn style_path() -> &'static str {
    static PATH: OnceLock<String> = OnceLock::new();
    PATH.get_or_init(|| {
        let digest = sha256(STYLE_SHEET.as_bytes());
        let hex = digest.iter().take(6).fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        format!("/assets/motcua.{hex}.css")
    })
}
