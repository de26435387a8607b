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

    /// The dark squares that a picture draws, row by row, with the light ones around them.
    fn drawn(picture: &str) -> Vec<Vec<bool>> {
        let (_, rest) = picture.split_once("viewBox=\"0 -.5 ").unwrap();
        let width: usize = rest.split(' ').next().unwrap().parse().unwrap();
        let (_, path) = picture.split_once("<path stroke=\"#000\" d=\"").unwrap();
        let mut squares = vec![vec![false; width]; width];
        for run in path.split('"').next().unwrap().split('M').skip(1) {
            let (at, length) = run.split_once('h').unwrap();
            let (x, y) = at.split_once(' ').unwrap();
            let (x, y, length): (usize, usize, usize) =
                (x.parse().unwrap(), y.parse().unwrap(), length.parse().unwrap());
            squares[y][x..x + length].fill(true);
        }
        squares
    }

    /// Another's reader reads what an app is to be told, from the squares, four light ones around them (ISO/IEC 18004
    /// §6.3.8).
    #[test]
    fn a_telephone_reads_what_is_drawn() {
        let url =
            "otpauth://totp/M%E1%BB%99t:nguyen.thi.minh.khai%40songlam.example?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
        let squares = drawn(&svg(url, "QR"));
        let width = squares.len();
        for n in (0..4).chain(width - 4..width) {
            assert!(squares[n].iter().all(|dark| !dark) && squares.iter().all(|row| !row[n]), "line {n}");
        }
        const SCALE: usize = 4;
        let dark = |x: usize, y: usize| squares[y / SCALE][x / SCALE];
        let mut photograph = rqrr::PreparedImage::prepare_from_bitmap(width * SCALE, width * SCALE, dark);
        let read: Vec<String> = photograph.detect_grids().iter().map(|grid| grid.decode().unwrap().1).collect();
        assert_eq!(read, [url]);
    }

    /// It stands on any page of ours: our policy refuses inline styles and scripts.
    #[test]
    fn a_picture_has_nothing_that_the_policy_refuses() {
        let picture = svg("otpauth://totp/a:b?secret=c", "QR");
        for refused in ["style", "script", "href", " on"] {
            assert!(!picture.contains(refused), "{refused}: {picture}");
        }
    }
}
