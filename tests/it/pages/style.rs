//! The style sheet: contrast (WCAG 2.2, 1.4.3 and 1.4.11) and its address.

use std::collections::HashMap;

use motcua::http::pages::style_path;
use motcua::http::pages::style_sheet;

#[test]
fn every_pair_of_colours_has_enough_contrast_in_both_schemes() {
    let texts = [
        ("ink", "paper"),
        ("ink", "card"),
        ("ink", "tint"),
        ("ink", "danger-tint"),
        ("muted", "paper"),
        ("muted", "card"),
        ("muted", "tint"),
        ("brand", "card"),
        ("brand", "tint"),
        ("on-brand", "brand"),
        ("on-brand", "brand-strong"),
        ("danger", "card"),
        ("good", "good-tint"),
    ];
    let shapes = [("field", "card"), ("danger", "danger-tint"), ("danger", "card"), ("ink", "card")];
    for tokens in schemes() {
        for (wanted, (front, back)) in texts.map(|pair| (4.5, pair)).into_iter().chain(shapes.map(|pair| (3.0, pair))) {
            let contrast = contrast(tokens[front], tokens[back]);
            assert!(contrast >= wanted, "{front} on {back}: {contrast:.2}");
        }
    }
}

#[test]
fn the_address_changes_with_the_style_sheet() {
    let digest = style_path().strip_prefix("/assets/motcua.").and_then(|rest| rest.strip_suffix(".css")).unwrap();
    assert!(digest.len() == 12 && digest.bytes().all(|b| b.is_ascii_hexdigit()));
}

/// The tokens of the light scheme, and of the dark one, which keeps what it does not change.
fn schemes() -> [HashMap<&'static str, [f64; 3]>; 2] {
    let mut blocks = style_sheet().split(":root{").skip(1).map(|block| block.split('}').next().unwrap_or_default());
    let light: HashMap<_, _> = colours(blocks.next().unwrap()).collect();
    let mut dark = light.clone();
    dark.extend(colours(blocks.next().unwrap()));
    [light, dark]
}

fn colours(block: &'static str) -> impl Iterator<Item = (&'static str, [f64; 3])> {
    let declarations = block.split(';').filter_map(|line| line.trim().strip_prefix("--")?.split_once(":#"));
    declarations.filter(|(_, hex)| matches!(hex.len(), 3 | 6)).map(|(name, hex)| {
        let digits: Vec<f64> = hex.chars().filter_map(|c| c.to_digit(16)).map(f64::from).collect();
        let rgb = match digits.as_slice() {
            [r, g, b] => [r * 17.0, g * 17.0, b * 17.0],
            d => [d[0] * 16.0 + d[1], d[2] * 16.0 + d[3], d[4] * 16.0 + d[5]],
        };
        (name, rgb)
    })
}

fn contrast(a: [f64; 3], b: [f64; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn luminance(rgb: [f64; 3]) -> f64 {
    let [r, g, b] =
        rgb.map(|c| c / 255.0).map(|c| if c <= 0.04045 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) });
    0.2126 * r + 0.7152 * g + 0.0722 * b
}
