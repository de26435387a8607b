//! What an official sees of a person: as much as the role needs, and the rest hidden.

use serde_json::Value;

use super::authority::Role;
use super::person::PersonalData;

/// What is known of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// What they are called.
    Name,
    /// When they were born.
    BirthDate,
    /// The name that they chose for signing in.
    UserName,
    /// The number of the identity card.
    IdentityNumber,
    /// The telephone number.
    Phone,
    /// The e-mail address.
    Email,
}

/// How much of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// Nothing.
    Nothing,
    /// Enough to know it again.
    Part,
    /// All of it.
    Whole,
}

/// How much of what a role sees.
pub const fn sees(role: Role, field: Field) -> Seen {
    match (role, field) {
        // Nobody finds people who has none of these roles.
        (Role::BranchAdministrator | Role::Registrar | Role::Approver | Role::Auditor, _) => Seen::Nothing,
        (_, Field::Name) => Seen::Whole,
        // Whoever compares them with papers reads the papers, and types what they read.
        (_, Field::IdentityNumber) => Seen::Part,
        (Role::SupportDesk, Field::BirthDate) => Seen::Part,
        (_, Field::BirthDate) => Seen::Whole,
        (Role::ProofingOfficial, Field::UserName | Field::Phone | Field::Email) => Seen::Nothing,
        (_, Field::UserName) => Seen::Whole,
        (_, Field::Phone | Field::Email) => Seen::Part,
    }
}

/// What is seen of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)] // as in Field
pub struct Glimpse {
    pub name: Option<String>,
    pub birth_date: Option<String>,
    pub user_name: Option<String>,
    pub identity_number: Option<String>,
    pub phone_number: Option<String>,
    pub email: Option<String>,
}

impl Glimpse {
    /// Of these data, by whoever has these roles; by whoever has the machine, where they are none.
    pub fn of(data: &PersonalData, roles: Option<&[Role]>) -> Self {
        let seen = |field| match roles {
            None => Seen::Whole,
            Some(roles) => roles.iter().map(|role| sees(*role, field)).max().unwrap_or(Seen::Nothing),
        };
        let claim = |name: &str| data.claims.get(name).and_then(Value::as_str);
        let own = data.own.as_ref().and_then(|own| own.phone_number.as_deref());
        let shown = |field, value: Option<&str>, part: fn(&str) -> String| match seen(field) {
            Seen::Nothing => None,
            Seen::Part => value.map(part),
            Seen::Whole => value.map(str::to_owned),
        };
        Self {
            name: shown(Field::Name, claim("name").or_else(|| claim("given_name")), ending),
            birth_date: shown(Field::BirthDate, claim("birthdate"), year),
            user_name: shown(Field::UserName, data.user_name.as_deref(), ending),
            identity_number: shown(Field::IdentityNumber, data.identity_number.as_deref(), ending),
            phone_number: shown(Field::Phone, claim("phone_number").or(own), ending),
            email: shown(Field::Email, data.email(), domain),
        }
    }
}

fn year(date: &str) -> String {
    date.split('-').next().unwrap_or_default().to_owned()
}

/// The last four signs, and never more than half of them.
fn ending(text: &str) -> String {
    let signs: Vec<char> = text.chars().filter(|sign| !sign.is_whitespace()).collect();
    let hidden = signs.len().saturating_sub(4).max(signs.len().div_ceil(2));
    signs.into_iter().enumerate().map(|(at, sign)| if at < hidden { '•' } else { sign }).collect()
}

fn domain(address: &str) -> String {
    let (local, domain) = address.rsplit_once('@').unwrap_or((address, ""));
    let first = local.chars().next().filter(|_| local.chars().count() > 1);
    format!("{}•••@{domain}", first.map(String::from).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [Field; 6] =
        [Field::Name, Field::BirthDate, Field::UserName, Field::IdentityNumber, Field::Phone, Field::Email];

    fn khai() -> PersonalData {
        let claims = [
            ("name", "Nguyễn Thị Minh Khai"),
            ("birthdate", "1987-04-12"),
            ("phone_number", "+84912000412"),
            ("email", "minh.khai@songlam.example"),
        ];
        PersonalData {
            user_name: Some("khai".into()),
            identity_number: Some("036187001234".into()),
            claims: claims.map(|(name, value)| (name.to_owned(), Value::from(value))).into_iter().collect(),
            ..PersonalData::default()
        }
    }

    /// "only what the role needs is shown, the rest hidden"
    #[test]
    fn the_table_of_what_a_role_sees() {
        use Role::*;
        use Seen::*;
        for (role, expected) in [
            (NationalOperator, [Whole, Whole, Whole, Part, Part, Part]),
            (UnitAdministrator, [Whole, Whole, Whole, Part, Part, Part]),
            (SupportDesk, [Whole, Part, Whole, Part, Part, Part]),
            (ProofingOfficial, [Whole, Whole, Nothing, Part, Nothing, Nothing]),
            (BranchAdministrator, [Nothing; 6]),
            (Registrar, [Nothing; 6]),
            (Approver, [Nothing; 6]),
            (Auditor, [Nothing; 6]),
        ] {
            assert_eq!(FIELDS.map(|field| sees(role, field)), expected, "{role:?}");
        }
        for role in Role::ALL {
            let finds = role.does(super::super::authority::Act::PeopleFind);
            assert_eq!(finds, sees(role, Field::Name) > Nothing, "{role:?}");
            assert!(sees(role, Field::IdentityNumber) < Whole, "{role:?}");
        }
    }

    #[test]
    fn what_is_hidden_is_known_again_and_no_more() {
        let told = |text: &str| Some(text.to_owned());
        let support = Glimpse::of(&khai(), Some(&[Role::SupportDesk]));
        let expected = Glimpse {
            name: told("Nguyễn Thị Minh Khai"),
            birth_date: told("1987"),
            user_name: told("khai"),
            identity_number: told("••••••••1234"),
            phone_number: told("••••••••0412"),
            email: told("m•••@songlam.example"),
        };
        assert_eq!(support, expected);
        let both = Glimpse::of(&khai(), Some(&[Role::SupportDesk, Role::ProofingOfficial]));
        assert_eq!(both, Glimpse { birth_date: told("1987-04-12"), ..expected });
        assert_eq!(Glimpse::of(&khai(), Some(&[])), Glimpse::default());
        assert_eq!(Glimpse::of(&khai(), None).identity_number, told("036187001234"));
        assert_eq!((ending("1234"), ending("")), ("••34".to_owned(), String::new()));
        assert_eq!(domain("a@x.vn"), "•••@x.vn");
    }
}
