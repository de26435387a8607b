//! Who asks: the service, the agency behind it, its address. It stands wherever somebody gives something.

use crate::i18n::say;

use super::frame::Frame;

/// The service that asks for a sign-in, in the language of the page.
#[derive(Clone, Debug, Default)]
pub struct Asker {
    /// The service's name.
    pub service: String,
    /// The agency behind it.
    pub agency: Option<String>,
    /// The host to which the person returns.
    pub host: String,
    /// What stands for a service without an approved mark; [`initials`] makes them.
    pub initials: String,
    /// The address of its mark, which the browser loads and the server never does.
    pub logo: Option<String>,
    /// Its privacy policy (`policy_uri`, RFC 7591 §2).
    pub policy_uri: Option<String>,
    /// Its terms (`tos_uri`, RFC 7591 §2).
    pub tos_uri: Option<String>,
}

impl Asker {
    pub(super) fn logo(&self) -> Option<&str> {
        web_address(self.logo.as_deref())
    }

    pub(super) fn policy(&self) -> Option<&str> {
        web_address(self.policy_uri.as_deref())
    }

    /// What the link to the policy is called where the eye does not see beside whose name it stands.
    pub(super) fn policy_label(&self, frame: &Frame<'_>) -> String {
        say::asks_policy_of(frame.lang, &self.service)
    }

    pub(super) fn terms_label(&self, frame: &Frame<'_>) -> String {
        say::asks_terms_of(frame.lang, &self.service)
    }

    pub(super) fn terms(&self) -> Option<&str> {
        web_address(self.tos_uri.as_deref())
    }
}

/// An address that a link may carry: a client that registered itself could name a `javascript:` one.
fn web_address(uri: Option<&str>) -> Option<&str> {
    uri.filter(|uri| uri.starts_with("https://") || uri.starts_with("http://"))
}

/// Two letters for a service without a mark: the last two words that begin with a capital, for these are the place's
/// name, else the first two words.
pub fn initials(name: &str) -> String {
    let firsts: Vec<char> = name.split_whitespace().filter_map(|w| w.chars().find(|c| c.is_alphanumeric())).collect();
    let capitals: Vec<char> = firsts.iter().copied().filter(|c| c.is_uppercase()).collect();
    let chosen: Vec<char> = match capitals.len() {
        0 | 1 => firsts.into_iter().take(2).collect(),
        n => capitals.into_iter().skip(n - 2).collect(),
    };
    chosen.into_iter().flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_come_from_the_name_of_the_place() {
        for (name, letters) in [
            ("Cổng dịch vụ công tỉnh Ninh Bình", "NB"),
            ("Bệnh viện Đa khoa Hồng Đức", "HĐ"),
            ("Public service portal", "PS"),
            ("wallet", "W"),
            ("Ở nhà", "ỞN"),
            ("  ", ""),
            ("— 4 you", "4Y"),
        ] {
            assert_eq!(initials(name), letters, "{name}");
        }
    }

    #[test]
    fn only_web_addresses_become_links() {
        let policy = |uri: &str| Asker { policy_uri: Some(uri.to_owned()), ..Asker::default() }.policy().is_some();
        assert!(policy("https://a.example/p") && policy("http://localhost/p"));
        assert!(!policy("javascript:alert(1)") && !policy("data:text/html,x") && !policy("//a.example"));
    }
}
