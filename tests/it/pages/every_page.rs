//! What `design/pages.md` asks of every page.

use std::collections::BTreeSet;

use motcua::http::pages::style_path;
use motcua::http::pages::style_sheet;
use motcua::i18n::Lang;

use super::samples::Sample;
use super::samples::Values;
use super::samples::all;

fn everything() -> Vec<Sample> {
    [Values::plain(), Values::long(), Values::hostile()].iter().flat_map(all).collect()
}

#[test]
fn a_page_has_one_heading_one_main_part_and_at_most_one_filled_button() {
    for Sample { name, html, .. } in everything() {
        assert_eq!(html.matches("<h1>").count(), 1, "{name}");
        assert_eq!(html.matches(r#"<main id="main">"#).count(), 1, "{name}");
        assert!(html.matches(r#"class="button""#).count() <= 1, "{name}");
        assert!(html.matches("<form").count() <= 1, "{name}");
        assert!(html.contains(r##"<a class="skip" href="#main">"##), "{name}");
        assert!(html.contains(style_path()), "{name}");
    }
}

#[test]
fn a_page_says_its_language_and_links_to_itself_in_the_other() {
    for Sample { name, lang, html } in all(&Values::plain()) {
        assert!(html.contains(&format!("<html lang=\"{}\">", lang.tag())), "{name}");
        let link = format!("<a lang=\"{0}\" hreflang=\"{0}\" href=\"/somewhere?login=", lang.other().tag());
        assert_eq!(html.contains(&link), name != "form post", "{name}");
    }
}

#[test]
fn names_and_ids_are_unique_and_labels_have_their_fields() {
    for Sample { name, html, .. } in everything() {
        let ids: Vec<&str> = attributes(&html, "id").collect();
        assert_eq!(ids.len(), ids.iter().collect::<BTreeSet<_>>().len(), "{name}: {ids:?}");
        for wanted in attributes(&html, "for").chain(attributes(&html, "aria-describedby")) {
            assert!(wanted.split(' ').all(|wanted| ids.contains(&wanted)), "{name}: {wanted}");
        }
        assert!(html.matches(" autofocus").count() <= 1, "{name}");
    }
}

#[test]
fn hostile_values_stay_text() {
    for Sample { name, html, .. } in all(&Values::hostile()) {
        let leaves = ["form post", "signed out onward"].contains(&name.as_str());
        let scripts = match name.as_str() {
            name if name.starts_with("sign-in") => 2,
            name if name.starts_with("lead") => usize::from(!name.contains("longer")),
            "opening key there" | "opening key name taken" | "passkey add too many" => 0,
            name if name.starts_with("second") => {
                let takes = ["passkey", "paper", "too many", "all alone"];
                usize::from(takes.iter().any(|part| name.contains(part)))
            }
            name => usize::from(
                leaves || ["passkey add", "opening address", "opening key"].iter().any(|page| name.starts_with(page)),
            ),
        };
        assert_eq!(html.matches("<script").count(), scripts, "{name}");
        assert!(!html.contains("<img src=x"), "{name}");
        assert!(!html.contains(r#"""#.repeat(3).as_str()) && !html.contains(r#"""'"#), "{name}");
    }
}

#[test]
fn no_page_has_an_inline_style_or_an_event_handler() {
    for Sample { name, html, .. } in all(&Values::plain()) {
        let tags = html.split('<').filter_map(|part| part.split('>').next());
        let inline: Vec<&str> =
            tags.filter(|tag| ["style", " style=", " on"].iter().any(|part| tag.contains(part))).collect();
        let allowed = |tag: &str| tag.starts_with("link rel=\"stylesheet\"");
        assert!(inline.iter().all(|tag| allowed(tag)), "{name}: {inline:?}");
    }
}

#[test]
fn a_page_and_its_style_sheet_weigh_at_most_14_kilobytes_before_compression() {
    let values = Values::plain();
    for Sample { name, html, .. } in all(&values) {
        // The sealed sign-in stands in the form and in links: what repeats it takes no room on the way.
        let repeated = html.matches(&values.login).count().saturating_sub(1) * values.login.len();
        let weight = html.len() - repeated + style_sheet().len();
        // Nobody comes first to where a picture is scanned.
        let most = if name.starts_with("app ") { 16 } else { 14 };
        assert!(weight <= most * 1024, "{name}: {weight}");
    }
}

#[test]
fn a_page_speaks_one_language() {
    let samples = all(&Values::plain());
    let vietnamese = |c: char| c.is_alphabetic() && !c.is_ascii();
    for Sample { name, lang, html } in &samples {
        let text = text_of(html).replace("Một Cửa", "").replace("Tiếng Việt", "");
        match lang {
            Lang::En => assert_eq!(text.chars().find(|c| vietnamese(*c)), None, "{name}: {text}"),
            Lang::Vi => {
                let english: Vec<&str> = ["the", "you", "your", "this", "is", "sign", "and", "to", "not"]
                    .into_iter()
                    .filter(|word| text.split_whitespace().any(|w| w.eq_ignore_ascii_case(word)))
                    .collect();
                assert!(english.is_empty(), "{name}: {english:?} in {text}");
            }
        }
    }
}

#[test]
fn no_page_uses_a_word_of_the_protocol() {
    let words = ["token", "scope", "client", "session", "oauth", "openid", "redirect", "phiên", "máy khách"];
    for Sample { name, html, .. } in all(&Values::plain()) {
        let text = text_of(&html).to_lowercase();
        assert!(
            words.iter().all(|word| !text.split_whitespace().any(|w| w.trim_matches(',') == *word)),
            "{name}: {text}"
        );
    }
}

fn attributes<'a>(html: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    let opening = format!(" {name}=\"");
    html.match_indices(&opening)
        .map(|(at, found)| &html[at + found.len()..])
        .filter_map(|rest| rest.split('"').next())
        .collect::<Vec<_>>()
        .into_iter()
}

/// What is read aloud: the text between the tags, and the labels in attributes.
fn text_of(html: &str) -> String {
    let body = html.split("<script>").next().unwrap_or_default();
    let text: Vec<&str> = body.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect();
    attributes(html, "aria-label").chain(text).collect::<Vec<_>>().join(" ")
}
