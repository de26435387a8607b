//! QR codes as SVG in the page itself.

use std::fmt::Write;

use qrcode::Color;
use qrcode::EcLevel;
use qrcode::QrCode;

/// Modules around the code that stay white (ISO/IEC 18004 §6.3.8).
const QUIET: usize = 4;

/// The picture of a text, black on white in either scheme, as cameras expect it; nothing where the text is too long for one.
/// Each run of black modules is one stroke.
pub(super) fn svg(content: &str, label: &str) -> String {
    let Ok(code) = QrCode::with_error_correction_level(content, EcLevel::L) else { return String::new() };
    let (width, colors) = (code.width(), code.to_colors());
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let _ = write!(path, "M{} {}h{}", x + QUIET, y + QUIET, run.len());
            }
            x += run.len();
        }
    }
    let size = width + 2 * QUIET;
    let label = label.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    format!(
        "<svg role=\"img\" aria-label=\"{label}\" width=\"220\" height=\"220\" viewBox=\"0 -.5 {size} {size}\" \
         shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0-.5h{size}v{size}H0z\"/>\
         <path stroke=\"#000\" d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_has_a_name_and_stands_on_white() {
        let picture = svg("otpauth://totp/M%E1%BB%99t", "a \"name\"");
        assert!(picture.starts_with("<svg role=\"img\" aria-label=\"a &quot;name&quot;\""), "{picture}");
        assert!(picture.contains("M4 4h7") && picture.contains("fill=\"#fff\""), "the finder pattern: {picture}");
        assert_eq!(svg(&"x".repeat(4000), "x"), "");
    }
}
