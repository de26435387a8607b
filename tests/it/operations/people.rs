//! People, as an operator meets them at the terminal.

use serde_json::Value;

use super::program::Site;

const PEOPLE: &str = "[[people]]\nuser_name = \"khai\"\nidentity_number = \"036187001234\"\n\
                      password = \"correct horse battery\"\n[people.claims]\nemail = \"khai@songlam.example\"\n\
                      [[people]]\nuser_name = \"an\"\npassword = \"correct horse battery\"\n";

/// Any name serves; what is printed holds no identity number; what cannot be done is said.
#[tokio::test]
async fn an_operator_looks_at_a_person_disables_and_enables_them() {
    let site = Site::new("", "").await;
    site.write("people.toml", PEOPLE);
    site.configured(&["apply", "people.toml"]).succeeded();
    assert_eq!(site.configured(&["people", "count"]).succeeded(), "2 people, 0 of them disabled\n");
    let show = |name: &str| -> Value {
        let text = site.configured(&["people", "show", name, "--json"]).succeeded();
        assert!(!text.contains("036187001234"), "{text}");
        serde_json::from_str(&text).unwrap()
    };
    let khai = show("036 187 001 234");
    assert_eq!((khai["user_name"].as_str(), &khai["disabled_at"]), (Some("khai"), &Value::Null));
    assert_eq!(khai, show("KHAI@songlam.example"));
    assert!(site.configured(&["people", "show", "khai"]).succeeded().contains("khai, known since"));
    assert_eq!(site.configured(&["people", "disable", "khai"]).succeeded(), "disabled khai\n");
    assert_eq!(site.configured(&["people", "disable", "khai"]).succeeded(), "khai was disabled before\n");
    assert!(show("khai")["disabled_at"].is_string());
    let count: Value = serde_json::from_str(&site.configured(&["people", "count", "--json"]).succeeded()).unwrap();
    assert_eq!((count["all"].as_i64(), count["disabled"].as_i64()), (Some(2), Some(1)));
    assert_eq!(site.configured(&["people", "enable", "khai"]).succeeded(), "enabled khai\n");
    assert_eq!(show("khai")["disabled_at"], Value::Null);
    let out = site.configured(&["people", "sign-out", "an", "--everything"]).succeeded();
    assert_eq!(out, "signed out an: 0 sessions ended\n");
    for verb in ["show", "sign-out", "disable", "enable"] {
        let refused = site.configured(&["people", verb, "stranger"]).failed();
        assert!(refused.contains("nobody signs in with the name stranger"), "{verb}: {refused}");
    }
    site.leave().await;
}
