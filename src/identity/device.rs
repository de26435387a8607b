//! What a browser says it is (RFC 9110 §10.1.5), as far as people tell their devices apart by it: nothing is decided by it.

/// A browser and its system.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Device {
    browser: Option<Browser>,
    system: Option<System>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Browser {
    Chrome,
    CocCoc,
    Edge,
    Firefox,
    Safari,
    Samsung,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum System {
    Android,
    Ios,
    Linux,
    MacOs,
    Windows,
}

/// What the names of products begin with. Browsers name those that they are like as well: whoever is named by fewer comes first.
const BROWSERS: [(&str, Browser); 10] = [
    ("coc_coc_browser/", Browser::CocCoc),
    ("Edg/", Browser::Edge),
    ("EdgA/", Browser::Edge),
    ("EdgiOS/", Browser::Edge),
    ("SamsungBrowser/", Browser::Samsung),
    ("Firefox/", Browser::Firefox),
    ("FxiOS/", Browser::Firefox),
    ("CriOS/", Browser::Chrome),
    ("Chrome/", Browser::Chrome),
    ("Safari/", Browser::Safari),
];

/// Android names Linux, and a telephone of Apple's names its Mac.
const SYSTEMS: [(&str, System); 7] = [
    ("Android", System::Android),
    ("iPhone", System::Ios),
    ("iPad", System::Ios),
    ("iPod", System::Ios),
    ("Windows", System::Windows),
    ("Mac OS X", System::MacOs),
    ("Linux", System::Linux),
];

impl Device {
    /// What the header says; nothing of what it does not say.
    pub fn parse(user_agent: &str) -> Self {
        fn first<T: Copy>(marks: &[(&str, T)], text: &str) -> Option<T> {
            marks.iter().find(|(mark, _)| text.contains(mark)).map(|(_, one)| *one)
        }
        Self { browser: first(&BROWSERS, user_agent), system: first(&SYSTEMS, user_agent) }
    }

    /// Both names, as their makers write them; `None` where neither is known.
    pub fn label(self) -> Option<String> {
        let browser = self.browser.map(|browser| match browser {
            Browser::Chrome => "Chrome",
            Browser::CocCoc => "Cốc Cốc",
            Browser::Edge => "Edge",
            Browser::Firefox => "Firefox",
            Browser::Safari => "Safari",
            Browser::Samsung => "Samsung Internet",
        });
        let system = self.system.map(|system| match system {
            System::Android => "Android",
            System::Ios => "iOS",
            System::Linux => "Linux",
            System::MacOs => "macOS",
            System::Windows => "Windows",
        });
        let names: Vec<&str> = browser.into_iter().chain(system).collect();
        (!names.is_empty()).then(|| names.join(" · "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_browsers_and_systems_are_told_apart() {
        const WEBKIT: &str = "AppleWebKit/537.36 (KHTML, like Gecko)";
        for (text, label) in [
            (format!("Mozilla/5.0 (Linux; Android 14; K) {WEBKIT} Chrome/130.0.0.0 Mobile Safari/537.36"), "Chrome · Android"),
            (format!("Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/130.0.0.0 Safari/537.36 Edg/130.0"), "Edge · Windows"),
            (format!("Mozilla/5.0 (Windows NT 10.0) {WEBKIT} coc_coc_browser/128.0 Chrome/122.0 Safari/537.36"), "Cốc Cốc · Windows"),
            (format!("Mozilla/5.0 (Linux; Android 13; SM-A1) {WEBKIT} SamsungBrowser/25.0 Chrome/121 Mobile Safari/5"), "Samsung Internet · Android"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 Version/17.5 Mobile Safari/604.1".into(), "Safari · iOS"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1 CriOS/130.0 Mobile Safari/604.1".into(), "Chrome · iOS"),
            ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 Version/17.5 Safari/605.1".into(), "Safari · macOS"),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0".into(), "Firefox · Linux"),
            ("Dalvik/2.1.0 (Linux; U; Android 14)".into(), "Android"),
        ] {
            assert_eq!(Device::parse(&text).label().as_deref(), Some(label), "{text}");
        }
        for nobody in ["", "curl/8.5.0", "<script>alert(1)</script>"] {
            assert_eq!(Device::parse(nobody).label(), None, "{nobody}");
        }
    }
}
