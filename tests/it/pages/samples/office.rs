//! The pages of officials.

use std::borrow::Cow;

use motcua::http::pages::ChooseOffice;
use motcua::http::pages::Desk;
use motcua::http::pages::DeskForm;
use motcua::http::pages::DeskLink;
use motcua::http::pages::DeskList;
use motcua::http::pages::DeskOne;
use motcua::http::pages::DeskRow;
use motcua::http::pages::DeskTrail;
use motcua::http::pages::FindPerson;
use motcua::http::pages::FoundPeople;
use motcua::http::pages::FoundPerson;
use motcua::http::pages::Frame;
use motcua::http::pages::GiveRight;
use motcua::http::pages::ShownOffice;
use motcua::http::pages::SoughtPerson;
use motcua::http::pages::TypedRight;
use motcua::i18n::Key;
use motcua::i18n::key;
use motcua::i18n::text;
use motcua::identity::authority::Role;
use motcua::parts::authority::words;

use super::Named;
use super::Values;

pub fn pages(frame: &Frame<'_>, values: &Values) -> Vec<Named> {
    let say = |key: Key| text(frame.lang, key);
    let confirm = values.login.as_str();
    let roles = format!("{}, {}", say(key::ROLE_UNIT_ADMINISTRATOR), say(key::ROLE_AUDITOR));
    let (office, person) = (values.agency.as_str(), values.person.clone());
    let offices = ["everywhere", "branch:health"].map(|value| ShownOffice {
        value: value.to_owned(),
        called: office.to_owned(),
        roles: roles.clone(),
    });
    let link = |name, what, href| DeskLink { name, what, href };
    let links = [
        link(key::DESK_PENDING, key::DESK_PENDING_WHAT, "/office/pending"),
        link(key::DESK_RIGHTS, key::DESK_RIGHTS_WHAT, "/office/rights"),
    ];
    let desk = |others| Desk { frame: frame.clone(), office, roles: &roles, others, links: &links }.render();
    let row = DeskRow {
        what: format!("{person} · {}", say(key::ROLE_REGISTRAR)),
        lines: vec![office.to_owned(), say(key::DESK_UNDECIDED).into_owned()],
        href: Some("/office/rights/one?id=0199f3e2-0000-7000-8000-000000000001".to_owned()),
    };
    let rows = [row.clone(), row];
    let next = format!("/office/rights?cursor={}", values.login);
    let list = |rows, next, action| {
        let (heading, none, frame) = (key::DESK_RIGHTS, key::DESK_RIGHTS_NONE, frame.clone());
        DeskList { frame, office, heading, none, rows, action, next }.render()
    };
    let event = DeskRow {
        what: say(key::TRAIL_RIGHT_GRANTED).into_owned(),
        lines: vec!["08:14 27/11/2026".to_owned(), person.clone(), values.text.clone()],
        href: None,
    };
    let acts = Role::ALL.map(|role| (role.as_str(), say(words::of_role(role)).into_owned()));
    let trail = |rows, next| {
        let (frame, acts, act, month) = (frame.clone(), acts.as_slice(), "auditor", "2026-11");
        let (person, system) = (Some("0199f3e2-0000-7000-8000-000000000001".to_owned()), values.text.as_str());
        let everybody = "/office/audit?act=auditor";
        DeskTrail { frame, office, acts, act, month, person, system, everybody, rows, next }.render()
    };
    let events = [event];
    let facts = [
        (key::DESK_WHAT, format!("{}: {}", say(key::ACT_RIGHTS_GRANT), say(key::ROLE_REGISTRAR))),
        (key::DESK_WHOM, person.clone()),
        (key::DESK_ASKED_BY, person.clone()),
        (key::DESK_IN_OFFICE, office.to_owned()),
        (key::DESK_REASON, values.text.clone()),
        (key::DESK_ASKED_AT, "08:14 27/11/2026".to_owned()),
        (key::DESK_STATE, say(key::DESK_WAITS).into_owned()),
        (key::DESK_NOTE, say(key::DESK_ABOLISHED).into_owned()),
    ];
    let id = "0199f3e2-0000-7000-8000-000000000001";
    let one = |name: &str, buttons: &[(&'static str, Key)], line: Option<Key>, alert: Option<Key>| {
        let form = DeskForm { action: "/office/pending/one", confirm, id, reason: &values.text, buttons };
        let page = DeskOne {
            frame: frame.clone(),
            office,
            heading: key::DESK_PENDING_ONE,
            alert: alert.map(say),
            facts: &facts,
            line: line.map(say),
            form: Some(form).filter(|form| !form.buttons.is_empty()),
            first: (line == Some(key::DESK_AGAIN_WHAT)).then_some((key::DESK_AGAIN, "/sign-in?to=pending&id=x")),
            back: (key::DESK_PENDING, "/office/pending"),
        };
        (format!("desk one {name}"), page.render())
    };
    let both = [("approve", key::DESK_APPROVE), ("refuse", key::DESK_REFUSE)];
    let typed = TypedRight {
        person,
        role: "auditor".to_owned(),
        unit: "province/01".to_owned(),
        branch: values.text.clone(),
        agency: values.text.clone(),
        subordinates: true,
        delegate: false,
        until: "2027-06-30".to_owned(),
        reason: values.text.clone(),
    };
    let all = Role::ALL.map(|role| (role.as_str(), say(words::of_role(role)).into_owned()));
    let give = |typed, alert: Option<Cow<'static, str>>| {
        GiveRight { frame: frame.clone(), office, confirm, roles: &all, typed, alert }.render()
    };
    let found = [1, 2].map(|n| FoundPerson {
        id: format!("0199f3e2-0000-7000-8000-00000000000{n}"),
        name: values.person.clone(),
        facts: vec![
            (key::CLAIM_BIRTHDATE, "1987".to_owned()),
            (key::ACCOUNT_NUMBER, "••••••••1234".to_owned()),
            (key::DESK_PEOPLE_LEVEL, say(key::DESK_PEOPLE_LEVEL_TWO).into_owned()),
        ],
    });
    let acts = [("sign-out", key::DESK_PEOPLE_SIGN_OUT), ("recover", key::DESK_PEOPLE_RECOVER)];
    let people = |people, buttons| {
        let (frame, reason) = (frame.clone(), values.text.as_str());
        FoundPeople { frame, office, confirm, people, reason, buttons }.render()
    };
    let ways =
        [("number", key::DESK_PEOPLE_NUMBER), ("name", key::DESK_PEOPLE_NAME), ("phone", key::DESK_PEOPLE_PHONE)];
    let purposes = [("proofing", say(key::PURPOSE_PROOFING).into_owned())];
    let sought = SoughtPerson {
        by: "phone".to_owned(),
        sought: values.text.clone(),
        born: "1987-04-12".to_owned(),
        ..SoughtPerson::default()
    };
    let find = |alert: Option<Key>| {
        let (frame, alert) = (frame.clone(), alert.map(say));
        FindPerson { frame, office, confirm, ways: &ways, purposes: &purposes, typed: &sought, alert }.render()
    };
    vec![
        ("desk find".to_owned(), find(None)),
        ("desk find nobody".to_owned(), find(Some(key::DESK_PEOPLE_NONE))),
        ("desk find many".to_owned(), find(Some(key::DESK_PEOPLE_MANY))),
        ("desk found".to_owned(), people(&found[..1], &acts)),
        ("desk found two".to_owned(), people(&found, &acts)),
        ("desk found to look at".to_owned(), people(&found[..1], &[])),
        ("desk choose".to_owned(), ChooseOffice { frame: frame.clone(), confirm, offices: &offices }.render()),
        ("desk".to_owned(), desk(false)),
        ("desk of several".to_owned(), desk(true)),
        ("desk list".to_owned(), list(&rows, Some(next.as_str()), Some((key::DESK_GIVE, "/office/rights/give")))),
        ("desk trail".to_owned(), trail(&events, Some(next.as_str()))),
        ("desk trail nothing".to_owned(), trail(&[], None)),
        ("desk list nothing".to_owned(), list(&[], None, None)),
        one("to decide", &both, None, None),
        one("wrong", &both, None, Some(key::DESK_WRONG_REASON)),
        one("own", &[("refuse", key::DESK_WITHDRAW)], Some(key::DESK_OWN), None),
        one("stale", &[], Some(key::DESK_AGAIN_WHAT), None),
        one("decided", &[], None, None),
        ("desk give".to_owned(), give(&TypedRight::default(), None)),
        ("desk give wrong".to_owned(), give(&typed, Some(say(key::DESK_WRONG_UNIT)))),
    ]
}
