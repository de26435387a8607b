//! The catalogues of texts (Project Fluent) and how a message is looked up.

use std::borrow::Cow;
use std::sync::OnceLock;

use fluent_bundle::FluentArgs;
use fluent_bundle::FluentError;
use fluent_bundle::FluentResource;
use fluent_bundle::FluentValue;
use fluent_bundle::concurrent::FluentBundle;
use unic_langid::langid;

use super::Lang;

include!(concat!(env!("OUT_DIR"), "/texts.rs"));

/// The name of a message without variables; only the constants of [`key`] exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Key(&'static str);

/// The text of a message without variables.
pub fn text(lang: Lang, key: Key) -> Cow<'static, str> {
    look_up(lang, key.0, None, &mut Vec::new())
}

fn format(lang: Lang, id: &'static str, arguments: &[(&'static str, FluentValue<'_>)]) -> String {
    let arguments: FluentArgs<'_> = arguments.iter().cloned().collect();
    look_up(lang, id, Some(&arguments), &mut Vec::new()).into_owned()
}

fn look_up<'a>(
    lang: Lang,
    id: &'static str,
    arguments: Option<&'a FluentArgs<'a>>,
    errors: &mut Vec<FluentError>,
) -> Cow<'a, str> {
    let bundle = bundle(lang);
    match bundle.get_message(id).and_then(|message| message.value()) {
        Some(pattern) => bundle.format_pattern(pattern, arguments, errors),
        None => Cow::Borrowed(id),
    }
}

type Bundle = FluentBundle<FluentResource>;

fn bundle(lang: Lang) -> &'static Bundle {
    static VI: OnceLock<Bundle> = OnceLock::new();
    static EN: OnceLock<Bundle> = OnceLock::new();
    match lang {
        Lang::Vi => VI.get_or_init(|| build(lang, include_str!("vi.ftl"))),
        Lang::En => EN.get_or_init(|| build(lang, include_str!("en.ftl"))),
    }
}

fn build(lang: Lang, source: &str) -> Bundle {
    let locale = match lang {
        Lang::Vi => langid!("vi"),
        Lang::En => langid!("en"),
    };
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Isolation marks would travel with a name that somebody copies; templates isolate names by <bdi>.
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_message_formats_in_both_languages() {
        for lang in Lang::all() {
            for (id, variables) in ALL {
                let arguments: FluentArgs<'_> = variables.iter().map(|name| (*name, FluentValue::from(7))).collect();
                let mut errors = Vec::new();
                let text = look_up(lang, id, Some(&arguments), &mut errors);
                assert!(errors.is_empty(), "{id} {lang:?}: {errors:?}");
                assert!(!text.is_empty() && text != *id, "{id} {lang:?}");
                assert!(!text.contains(['{', '}', '\u{2068}', '\n']), "{id} {lang:?}: {text}");
            }
        }
    }

    #[test]
    fn both_catalogues_are_written_in_fluent_syntax() {
        for source in [include_str!("vi.ftl"), include_str!("en.ftl")] {
            assert!(FluentResource::try_new(source.to_owned()).is_ok());
        }
    }

    #[test]
    fn vietnamese_stands_in_composed_letters() {
        let combining = include_str!("vi.ftl").chars().find(|c| ('\u{300}'..='\u{36f}').contains(c));
        assert_eq!(combining, None);
    }
}
