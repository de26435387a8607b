//! What others know of a person, and whether a password is made of it.

use serde_json::Value;

use crate::identity::person::PersonalData;
use crate::identity::precis;

/// The parts of which a person's password may not be made: their names, numbers, dates and address, and the names of the place where
/// they sign in.
#[derive(Clone, Debug, Default)]
pub struct Own(Vec<String>);

impl Own {
    /// The parts of what is known of a person, and of names that `others` have.
    pub fn of(data: &PersonalData, others: &[&str]) -> Self {
        let claim = |name: &str| data.claims.get(name).and_then(Value::as_str);
        let mut own = Self::default();
        others.iter().for_each(|text| own.add_text(text));
        for text in
            [data.user_name.as_deref(), data.identity_number.as_deref(), data.claimed_number()].into_iter().flatten()
        {
            own.add_text(text);
        }
        for text in NAMES.iter().filter_map(|name| claim(name)) {
            own.add_text(text);
        }
        claim("phone_number").into_iter().for_each(|number| own.add_phone(number));
        claim("birthdate").into_iter().for_each(|date| own.add_date(date));
        let address = data.claims.get("address").and_then(Value::as_object);
        for text in address.into_iter().flat_map(|parts| parts.values()).filter_map(Value::as_str) {
            own.add_address(text);
        }
        own.0.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        own.0.dedup();
        own
    }

    /// Whether a password has parts of these, and hardly anything beside them and what stands between words.
    pub fn makes(&self, password: &str) -> bool {
        let mut rest = precis::folded(password);
        for part in &self.0 {
            // What stood on both sides makes no new word.
            rest = rest.replace(part.as_str(), GONE);
        }
        rest.contains(GONE) && rest.replace(GONE, "").chars().count() < LEAST_OF_ITS_OWN
    }

    /// The whole and its words: «Nguyễn Thị Minh Khai», `khai.nguyen`.
    fn add_text(&mut self, text: &str) {
        let words = text.split(precis::is_between).chain([text]).map(precis::folded);
        self.0.extend(words.filter(|word| word.chars().count() >= SHORTEST));
    }

    /// Its lines and what stands between their commas, whole and in all words that follow one another: «12 Đường Bờ Hồ» is
    /// `duongboho` and `boho` as well. A single word of three letters is in any text, and so are the numbers of most houses.
    fn add_address(&mut self, text: &str) {
        self.0.extend([precis::folded(text)].into_iter().filter(|whole| whole.chars().count() >= SHORTEST_OF_ADDRESS));
        for piece in text.split([',', ';', '\n']) {
            let words: Vec<String> = piece.split(precis::is_between).map(precis::folded).collect();
            let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).take(MOST_WORDS).collect();
            let from = (0..words.len()).filter_map(|from| words.get(from..));
            let runs = from.flat_map(|rest| (1..=rest.len()).filter_map(|length| rest.get(..length)));
            let runs = runs.map(|run| run.concat());
            self.0.extend(runs.filter(|run| run.chars().count() >= SHORTEST_OF_ADDRESS));
        }
    }

    /// With its country's code, and without: that has one to three digits.
    fn add_phone(&mut self, number: &str) {
        let number = number.split(';').next().unwrap_or_default();
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        let codes = if number.trim_start().starts_with('+') { 0..=3 } else { 0..=1 };
        let numbers = codes.filter_map(|code| digits.get(code..)).map(str::to_owned);
        self.0.extend(numbers.filter(|digits| digits.len() >= SHORTEST_NUMBER));
    }

    /// `YYYY-MM-DD` in the orders in which people write it, with and without zeros, and the year alone.
    fn add_date(&mut self, date: &str) {
        let mut parts = date.split('-');
        let year = parts.next().unwrap_or_default();
        let short = year.get(2..).unwrap_or_default();
        let (month, day) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let told = year != "0000";
        let bare = |part: &str| part.trim_start_matches('0').to_owned();
        for (month, day) in [(month.to_owned(), day.to_owned()), (bare(month), bare(day))] {
            let (day_first, month_first) = (format!("{day}{month}"), format!("{month}{day}"));
            for year in [year, short].into_iter().filter(|_| told) {
                let orders =
                    [&day_first, &month_first].map(|order| [format!("{order}{year}"), format!("{year}{order}")]);
                self.0.extend(orders.into_iter().flatten());
            }
            self.0.extend([day_first, month_first].into_iter().filter(|order| order.len() >= SHORTEST));
        }
        self.0.extend(told.then(|| year.to_owned()));
        self.0.retain(|part| part.len() >= SHORTEST);
    }
}

/// The claims that are names, or have them.
const NAMES: &[&str] = &["name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "email"];
/// Letters of a word at least: shorter ones stand in any text.
const SHORTEST: usize = 3;
/// The same of an address, which has more words, and ordinary ones.
const SHORTEST_OF_ADDRESS: usize = 4;
/// Words of one line that are looked at.
const MOST_WORDS: usize = 16;
/// Digits of a telephone number at least.
const SHORTEST_NUMBER: usize = 6;
/// Characters that a password has beside what others know, at least.
const LEAST_OF_ITS_OWN: usize = 8;
/// Stands for a part that was taken out.
const GONE: &str = "\0";

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn khai() -> Own {
        let claims = json!({
            "name": "Nguyễn Thị Minh Khai",
            "given_name": "Minh Khai",
            "family_name": "Nguyễn",
            "nickname": "Đào",
            "email": "khai.songlam@mail.example",
            "phone_number": "+84 912 000 412",
            "birthdate": "1987-04-02",
            "address": {
                "formatted": "215/3A Đường Bờ Hồ\nXã Đồng Nội, Tỉnh Sông Lam",
                "street_address": "215/3A Đường Bờ Hồ", "locality": "Xã Đồng Nội", "region": "Tỉnh Sông Lam",
                "postal_code": "43706", "country": "VN",
            },
        });
        let Value::Object(claims) = claims else { panic!("a table") };
        let (user_name, number) = (Some("minhkhai87".to_owned()), Some("036187001234".to_owned()));
        Own::of(&PersonalData { user_name, identity_number: number, claims, own: None, language: None }, &["Một Cửa"])
    }

    /// NIST SP 800-63B-4 §3.1.1.2, the blocklist: "Context-specific words, such as the name of the service, the username, and
    /// derivatives thereof".
    #[test]
    fn a_password_of_ones_own_names_numbers_and_dates_is_refused() {
        for made in [
            "nguyenthiminhkhai",
            "Nguyễn Thị Minh Khai",
            "NGUYEN-THI-MINH-KHAI-1987",
            "khaikhaikhaikhaikhai",
            "minhkhai87!!!!!!!",
            "khai.songlam@123456",
            "khai.songlam@mail.example",
            "0912000412",
            "+84 912 000 412 abc",
            "84912000412khai",
            "02/04/1987 02/04/1987",
            "1987-04-02 Khai",
            "2.4.87 Minh Khai 2.4.87",
            "04021987abcdefg",
            "870402870402870402",
            "036 187 001 234 1234567",
            "đào đào đào đào",
            "MotCua123456",
            "Dao_Dao_Dao_Dao",
            "215/3A Đường Bờ Hồ",
            "2153aduongboho",
            "bờ hồ bờ hồ bờ hồ 12",
            "XaDongNoi2026!!!",
            "Đồng Nội, Sông Lam",
            "dong noi song lam 43706",
            "do\u{302}\u{300}ng no\u{323}\u{302}i 1987 khai",
            "ma\u{323}tkha\u{309}i-minh-khai",
        ] {
            assert!(khai().makes(made), "{made}");
        }
    }

    #[test]
    fn what_has_enough_of_its_own_is_not() {
        for other in [
            "khai thích ăn xoài",
            "nguyen correct horse",
            "con đường về quê mẹ",
            "xã hội nhỏ bé của tôi",
            "1987 con mèo đen",
            "!!!!!!!!!!!!!!!",
            "zk7",
            "",
            "correct horse battery",
            "0912345678 0987654321",
        ] {
            assert!(!khai().makes(other), "{other}");
        }
        assert!(!Own::default().makes("nguyenthiminhkhai"), "nothing is known");
        let unknown_year = PersonalData { claims: json_claims("0000-04-02"), ..PersonalData::default() };
        assert!(
            Own::of(&unknown_year, &[]).makes("0204 0204 0204") && !Own::of(&unknown_year, &[]).makes("0000 0000 0000")
        );
        let year = PersonalData { claims: json_claims("1987"), ..PersonalData::default() };
        assert!(Own::of(&year, &[]).makes("1987 abcdefg") && !Own::of(&year, &[]).makes("87 abcdefgh"));
    }

    fn json_claims(birthdate: &str) -> serde_json::Map<String, Value> {
        [("birthdate".to_owned(), birthdate.into())].into_iter().collect()
    }

    proptest! {
        /// Whatever a person is called, up to seven characters beside their name make no password of it.
        #[test]
        fn a_name_and_little_else_is_refused(name in "[a-zA-ZàáảãạâấầẩẫậăằêếệìịộơợưữỳđĐ]{3,20}", more in "[0-9!?*]{0,7}") {
            let data = PersonalData { user_name: Some(name.clone()), ..PersonalData::default() };
            let own = Own::of(&data, &[]);
            for made in [[&*more, &name].concat(), [&name.to_uppercase(), "_", &more].concat()] {
                prop_assert!(own.makes(&made), "{made}");
            }
            let more = [&name, " 8317 4492"].concat();
            prop_assert!(!own.makes(&more), "{more}");
        }
    }
}
