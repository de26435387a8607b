//! Claims as a person reads them (OpenID Connect Core §2, §5.1).

use serde_json::Value;

use crate::base::time::Timestamp;

use super::html::moment;
use super::lang::Lang;

/// The claim's name in words; the name itself for one that the portal does not know.
pub fn label(claim: &str, lang: Lang) -> &str {
    personal(claim, lang).or_else(|| technical(claim, lang)).unwrap_or(claim)
}

/// The claim's value in words.
pub fn value(claim: &str, value: &Value, lang: Lang) -> String {
    match value {
        Value::Number(n) if TIMES.contains(&claim) => {
            n.as_i64().map_or_else(|| n.to_string(), |seconds| moment(Timestamp::from_seconds(seconds)))
        }
        Value::String(text) if claim == "birthdate" => day(text).unwrap_or_else(|| text.clone()),
        Value::String(text) => word(claim, text, lang).unwrap_or(text).to_owned(),
        Value::Bool(true) => lang.pick("có", "yes").to_owned(),
        Value::Bool(false) => lang.pick("chưa", "no").to_owned(),
        Value::Array(values) => values.iter().map(|inner| self::value("", inner, lang)).collect::<Vec<_>>().join(", "),
        Value::Object(members) if claim == "address" => address(members),
        other => other.to_string(),
    }
}

/// Where the claim stands in a list: what is about the person first.
pub fn rank(claim: &str) -> usize {
    ORDER.iter().position(|known| *known == claim).unwrap_or(ORDER.len())
}

const ORDER: [&str; 30] = [
    "name",
    "family_name",
    "middle_name",
    "given_name",
    "nickname",
    "birthdate",
    "gender",
    "email",
    "email_verified",
    "phone_number",
    "phone_number_verified",
    "address",
    "preferred_username",
    "locale",
    "zoneinfo",
    "profile",
    "picture",
    "website",
    "updated_at",
    "sub",
    "iss",
    "aud",
    "sid",
    "auth_time",
    "amr",
    "acr",
    "iat",
    "exp",
    "nonce",
    "at_hash",
];

const TIMES: [&str; 5] = ["exp", "iat", "nbf", "auth_time", "updated_at"];

fn personal(claim: &str, lang: Lang) -> Option<&'static str> {
    Some(match claim {
        "name" => lang.pick("Họ và tên", "Full name"),
        "family_name" => lang.pick("Họ", "Family name"),
        "middle_name" => lang.pick("Tên đệm", "Middle name"),
        "given_name" => lang.pick("Tên", "Given name"),
        "nickname" => lang.pick("Tên thường gọi", "Nickname"),
        "preferred_username" => lang.pick("Tên đăng nhập", "User name"),
        "birthdate" => lang.pick("Ngày sinh", "Date of birth"),
        "gender" => lang.pick("Giới tính", "Gender"),
        "locale" => lang.pick("Ngôn ngữ", "Language"),
        "zoneinfo" => lang.pick("Múi giờ", "Time zone"),
        "email" => lang.pick("Email", "E-mail"),
        "email_verified" => lang.pick("Email đã xác minh", "E-mail verified"),
        "phone_number" => lang.pick("Số điện thoại", "Phone number"),
        "phone_number_verified" => lang.pick("Số điện thoại đã xác minh", "Phone number verified"),
        "address" => lang.pick("Địa chỉ", "Address"),
        "picture" => lang.pick("Ảnh", "Picture"),
        "profile" => lang.pick("Trang cá nhân", "Profile page"),
        "website" => lang.pick("Trang web", "Website"),
        "updated_at" => lang.pick("Cập nhật lúc", "Updated at"),
        _ => return None,
    })
}

fn technical(claim: &str, lang: Lang) -> Option<&'static str> {
    Some(match claim {
        "iss" => lang.pick("Ai cấp", "Issued by"),
        "sub" => lang.pick("Mã của bạn tại trang này", "You, for this site"),
        "aud" => lang.pick("Cấp cho", "Issued for"),
        "azp" => lang.pick("Bên được trao", "Handed to"),
        "exp" => lang.pick("Hết hạn lúc", "Expires at"),
        "iat" => lang.pick("Cấp lúc", "Issued at"),
        "jti" => lang.pick("Số của thẻ", "Number of the token"),
        "auth_time" => lang.pick("Bạn xác thực lúc", "You authenticated at"),
        "nonce" => lang.pick("Dấu của lần hỏi này", "Mark of this request"),
        "at_hash" => lang.pick("Dấu của thẻ truy cập", "Mark of the access token"),
        "acr" => lang.pick("Mức bảo đảm", "Level of assurance"),
        "amr" => lang.pick("Cách xác thực", "Means of authentication"),
        "sid" => lang.pick("Phiên đăng nhập", "Session"),
        _ => return None,
    })
}

fn word(claim: &str, text: &str, lang: Lang) -> Option<&'static str> {
    Some(match (claim, text) {
        ("gender", "female") => lang.pick("nữ", "female"),
        ("gender", "male") => lang.pick("nam", "male"),
        ("locale", "vi" | "vi-VN") => lang.pick("tiếng Việt", "Vietnamese"),
        ("locale", "en") => lang.pick("tiếng Anh", "English"),
        _ => return None,
    })
}

/// `dd/mm/yyyy` from `YYYY-MM-DD`; a birthday may lack its year, written as 0000.
fn day(text: &str) -> Option<String> {
    let mut parts = text.split('-');
    match (parts.next()?, parts.next()?, parts.next()?) {
        ("0000", month, day) => Some(format!("{day}/{month}")),
        (year, month, day) => Some(format!("{day}/{month}/{year}")),
    }
}

fn address(members: &serde_json::Map<String, Value>) -> String {
    let part = |name: &&str| members.get(*name).and_then(Value::as_str).filter(|text| !text.is_empty());
    if let Some(formatted) = part(&"formatted") {
        return formatted.replace("\r\n", ", ").replace('\n', ", ");
    }
    let parts: Vec<_> =
        ["street_address", "locality", "region", "postal_code", "country"].iter().filter_map(part).collect();
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn values_read_as_a_person_reads_them() {
        assert_eq!(value("birthdate", &json!("1990-04-30"), Lang::Vi), "30/04/1990");
        assert_eq!(value("birthdate", &json!("0000-04-30"), Lang::Vi), "30/04");
        assert_eq!(value("birthdate", &json!("1990"), Lang::Vi), "1990");
        assert_eq!(value("amr", &json!(["pwd", "otp"]), Lang::En), "pwd, otp");
        assert_eq!(value("exp", &json!(1_790_000_000), Lang::En), "21/09/2026 21:13:20");
        let parts = json!({"street_address": "1 Bờ Sông", "locality": "Đồng Nội", "country": "VN"});
        assert_eq!(value("address", &parts, Lang::Vi), "1 Bờ Sông, Đồng Nội, VN");
        assert_eq!(value("address", &json!({"formatted": "1 Bờ Sông\nĐồng Nội"}), Lang::Vi), "1 Bờ Sông, Đồng Nội");
    }

    #[test]
    fn an_unknown_claim_keeps_its_name() {
        assert_eq!(label("shoe_size", Lang::Vi), "shoe_size");
        assert_eq!(label("sid", Lang::En), "Session");
    }
}
