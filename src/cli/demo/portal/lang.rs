//! The two languages of the portals, and which one a visitor reads.

/// A language of the portals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Vietnamese, the default.
    Vi,
    /// English.
    En,
}

impl Lang {
    /// The text in this language.
    pub const fn pick<'a>(self, vi: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Vi => vi,
            Self::En => en,
        }
    }

    /// The language tag (RFC 5646).
    pub const fn tag(self) -> &'static str {
        self.pick("vi", "en")
    }

    /// The language that a tag names, by its primary subtag.
    pub fn parse(tag: &str) -> Option<Self> {
        match tag.split('-').next()?.trim().to_ascii_lowercase().as_str() {
            "vi" => Some(Self::Vi),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The one of ours that an `Accept-Language` header likes best (RFC 9110 §12.5.4).
    pub fn accepted(header: &str) -> Option<Self> {
        let mut best: Option<(f32, Self)> = None;
        for range in header.split(',') {
            let mut parts = range.split(';');
            let Some(lang) = parts.next().and_then(Self::parse) else { continue };
            let weight = parts.find_map(|p| p.trim().strip_prefix("q=")).map_or(Ok(1.0), str::parse).unwrap_or(0.0);
            if weight > best.map_or(0.0, |(most, _)| most) {
                best = Some((weight, lang));
            }
        }
        best.map(|(_, lang)| lang)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heavier_weight_wins_and_unknown_languages_are_passed_over() {
        assert_eq!(Lang::accepted("en-GB,en;q=0.9,vi;q=0.8"), Some(Lang::En));
        assert_eq!(Lang::accepted("fr, vi-VN;q=0.5, en;q=0.4"), Some(Lang::Vi));
        assert_eq!(Lang::accepted("en;q=0, vi;q=0.1"), Some(Lang::Vi));
        assert_eq!(Lang::accepted("fr;q=1,*;q=0.5"), None);
        assert_eq!(Lang::accepted(";;q=,"), None);
    }
}
