//! `motcua apply`: the user name says who somebody is, and everything else about them may pass on to another.

use motcua::base::secret::Secret;
use motcua::flows::admin::people;
use uuid::Uuid;

use crate::town::Town;

/// A person with these lines beside the name, and these claims.
fn person(name: &str, lines: &str, claims: &str) -> String {
    format!(
        "[[people]]\nuser_name = \"{name}\"\npassword = \"a password of a test\"\n{lines}\n[people.claims]\n{claims}\n"
    )
}

fn with_email(name: &str, email: &str) -> String {
    person(name, "", &format!("email = \"{email}\""))
}

async fn who(town: &Town, name: &str) -> Option<Uuid> {
    let name = motcua::identity::person::SignInName::parse(name).unwrap();
    motcua::parts::people::named(&town.app, &name).await.unwrap().map(|row| row.id)
}

/// "A `user_name` alone identifies": an e-mail address that another has now makes them nobody else.
#[tokio::test]
async fn an_address_that_passes_on_takes_nobody_along() {
    let town = Town::new().await;
    town.apply(&with_email("mai", "tiep.dan@songlam.example")).await;
    let mai = who(&town, "mai").await;
    let both = with_email("hoa", "tiep.dan@songlam.example") + &with_email("mai", "mai@songlam.example");
    assert_eq!(town.apply(&both).await.changes, ["created person hoa", "changed person mai: data"]);
    let hoa = who(&town, "hoa").await;
    assert!(who(&town, "mai").await == mai && hoa != mai);
    assert_eq!(who(&town, "tiep.dan@songlam.example").await, hoa);
    assert_eq!(town.apply(&both).await.changes, Vec::<String>::new());
    // Another user name is another person, whose address that is from now on, whatever else is the same.
    let renamed = with_email("hoa.le", "tiep.dan@songlam.example");
    let mistake = town.try_apply(&renamed, false).await.unwrap_err();
    assert!(mistake.contains("line 2") && mistake.contains("claims.email") && mistake.contains("\"hoa\""), "{mistake}");
    town.leave().await;
}

/// "e-mail, phone and identity number may pass on, in one file, in any order"
#[tokio::test]
async fn names_are_exchanged_in_one_file_in_any_order() {
    let town = Town::new().await;
    let of = |name: &str, number: &str, address: &str| {
        let number = if number.is_empty() { String::new() } else { format!("identity_number = \"{number}\"") };
        person(name, &number, &format!("email = \"{address}\"\nphone_number = \"+8491200041{}\"", address.len() % 10))
    };
    let (one, two) = ("036187001111", "036187002222");
    town.apply(&(of("mai", one, "a@x.example") + &of("hoa", "", "bb@x.example"))).await;
    let (mai, hoa) = (who(&town, "mai").await, who(&town, "hoa").await);
    // Mai's number was Hoa's all along; the addresses change sides, and a third takes what one of them leaves.
    let people = [of("hoa", one, "a@x.example"), of("mai", "", "bb@x.example")];
    for order in [[0, 1], [1, 0]] {
        let file: String = order.iter().map(|at| people[*at].clone()).collect();
        town.apply(&file).await;
        assert_eq!((who(&town, "mai").await, who(&town, "hoa").await), (mai, hoa));
        assert_eq!([who(&town, one).await, who(&town, "a@x.example").await], [hoa, hoa]);
        assert_eq!(who(&town, "bb@x.example").await, mai);
        let back = of("mai", "", "a@x.example") + &of("hoa", "", "bb@x.example");
        town.apply(&back).await;
        assert_eq!([who(&town, one).await, who(&town, "a@x.example").await], [None, mai]);
    }
    // A user name may be what was another's address.
    town.apply(
        &(with_email("mai", "c@x.example") + &person("a@x.example", &format!("identity_number = \"{two}\""), "")),
    )
    .await;
    let third = who(&town, "a@x.example").await;
    assert!(third.is_some() && third != mai && third == who(&town, two).await);
    town.leave().await;
}

/// "a differing identity number is a mistake that names its line"
#[tokio::test]
async fn a_user_name_does_not_pass_on_to_another_human() {
    let town = Town::new().await;
    let of = |number: &str| person("mai", &format!("identity_number = \"{number}\""), "");
    town.apply(&of("036187001111")).await;
    let mistake = town.try_apply(&of("036187002222"), false).await.unwrap_err();
    assert!(mistake.contains("line 2") && mistake.contains("identity_number"), "{mistake}");
    assert!(!mistake.contains("036187001111"), "nobody's number is told: {mistake}");
    let mai = who(&town, "036187001111").await;
    assert_eq!(town.apply(&of("036 187 001 111")).await.changes, ["changed person mai: data"]);
    town.apply(&person("mai", "", "")).await;
    town.apply(&of("036187002222")).await;
    assert_eq!([who(&town, "036187002222").await, who(&town, "036187001111").await], [mai, None]);
    town.leave().await;
}

/// Whose name it is who is not in the file keeps it, disabled people too.
#[tokio::test]
async fn who_is_not_in_the_file_keeps_their_names() {
    let town = Town::new().await;
    for (lines, member) in [("identity_number = \"036187001234\"", "identity_number"), ("", "claims.email")] {
        let claims = if lines.is_empty() { "email = \"KHAI@songlam.example\"" } else { "" };
        let mistake = town.try_apply(&person("mai", lines, claims), false).await.unwrap_err();
        assert!(mistake.contains("line 2") && mistake.contains(member) && mistake.contains("\"khai\""), "{mistake}");
    }
    let mistake = town.try_apply(&person("khai@songlam.example", "", ""), false).await.unwrap_err();
    assert!(mistake.contains("user_name") && mistake.contains("not in this file"), "{mistake}");
    town.leave().await;
}

/// A hash that is new in the file is the person's from now on, whatever the former was hashed to at a sign-in.
#[tokio::test]
async fn a_new_hash_in_the_file_counts_after_a_sign_in() {
    let town = Town::new().await;
    let of = |password: &str| {
        format!("[[people]]\nuser_name = \"mai\"\npassword_hash = \"{}\"\n", super::phc(password, 64, 1))
    };
    let signs_in = async |password: &str| {
        let mut browser = town.browser();
        let page = browser.open(&town.rp("portal").url(&[])).await;
        browser.fill(&page, &[("username", "mai"), ("password", password)]).await.parameter("code").is_some()
    };
    town.apply(&of("the first password")).await;
    assert!(signs_in("the first password").await);
    assert_eq!(town.apply(&of("the first password")).await.changes, Vec::<String>::new());
    assert_eq!(town.apply(&of("the second password")).await.changes, ["changed person mai: password"]);
    assert!(!signs_in("the first password").await && signs_in("the second password").await);
    assert_eq!(town.apply(&of("the second password")).await.changes, Vec::<String>::new());
    // Given in plain meanwhile, the same hash as before is new again.
    town.apply("[[people]]\nuser_name = \"mai\"\npassword = \"the third password\"\n").await;
    assert_eq!(town.apply(&of("the second password")).await.changes, ["changed person mai: password"]);
    assert!(signs_in("the second password").await);
    town.leave().await;
}

/// Of a hash that was applied and hashed anew before anybody remembered which it was, the file's is taken to be that one: it
/// is said, and remembered.
#[tokio::test]
async fn a_hash_of_former_times_is_taken_for_the_one_that_was_applied() {
    let town = Town::new().await;
    let of = |password: &str| {
        format!("[[people]]\nuser_name = \"khai\"\npassword_hash = \"{}\"\n", super::phc(password, 64, 1))
    };
    let secrets = async || crate::store::texts(&town.app.db, "SELECT secret FROM credentials ORDER BY 1".into()).await;
    crate::store::execute(&town.app.db, "UPDATE credentials SET declared = NULL").await;
    // An operator's word counts more than a file of former times.
    let (password, now) = (Secret::new("another horse of hers".to_owned()), town.app.clock.now());
    people::set_password(&town.app, "khai", password, now).await.unwrap().unwrap().unwrap();
    let before = secrets().await;
    let report = town.apply(&of("as it may be")).await;
    assert!(report.warnings.iter().any(|line| line.contains("1 password_hash")), "{:?}", report.warnings);
    assert_eq!(secrets().await, before);
    assert!(town.apply(&of("as it may be")).await.warnings.is_empty());
    assert_eq!(town.apply(&of("another")).await.changes, ["changed person khai: password"]);
    town.leave().await;
}
