//! The same table at the command line, with `--server`: a sample of every place, and all that is of no place.

use std::collections::BTreeSet;

use motcua::base::time::Clock;
use motcua::base::time::SystemClock;
use motcua::identity::authority::Act;
use motcua::identity::authority::Role;
use serde_json::Value;

use super::declared;
use super::each_is_tried;
use super::person;
use super::takes_away;
use super::ways::is_done;
use crate::api::API;
use crate::api::robot;
use crate::authority::country;
use crate::authority::table;
use crate::operations::program::Ran;
use crate::operations::program::Serving;
use crate::operations::program::Site;
use crate::operations::program::run_in;

/// The places, and when each is tried: own before and after, foreign before.
const PLACES: [(&str, usize, bool); 3] = [("101-health", 0, true), ("101-justice", 0, false), ("101-health", 1, true)];

/// Acts that are tried elsewhere, or by no command, and where.
const ELSEWHERE: [(Act, &str); 12] = [
    (Act::FiguresLook, "no command shows figures: through_the_api"),
    (Act::UnitsChange, "a file of the whole tree: operations::server_tree"),
    (Act::UnitsSucceed, "a file of the whole tree: operations::server_tree"),
    (Act::BranchesLook, "no command shows branches: through_the_api"),
    (Act::BranchesChange, "branches come by the declaration: authority::table"),
    (Act::AgenciesChange, "what is moved stands elsewhere for whoever comes next: operations::server_tree"),
    (Act::ClientsToProduction, "clients have one environment yet: authority::table"),
    (Act::PeopleExport, "everybody is written out: operations::server_rights"),
    (Act::SessionsLook, "no command shows sessions: through_the_api"),
    (Act::SessionsEnd, "no command ends one session: through_the_api"),
    (Act::GrantsLook, "no command shows grants: through_the_api"),
    (Act::GrantsRevoke, "no command revokes one grant: through_the_api"),
];

/// A country that is served, with a client for each role, and two that nothing bounds.
async fn served() -> (Site, Serving) {
    let (site, serving, resource) = country::served().await;
    let roles = Role::ALL.iter().map(|role| role.as_str());
    let robots: String = roles
        .chain(["asker", "other", "whole-national-operator", "whole-auditor"])
        .map(|id| robot(id).replace(API, &resource))
        .collect();
    let things: String = ["101-health", "101-justice"].iter().map(|agency| declared(agency)).collect();
    let people = [("dan", "036187004321"), ("gone", "036187004322"), ("lan", "036187004323"), ("minh", "036187004324")];
    let people: String = people.iter().map(|(name, number)| person(name, number)).collect();
    site.write("matrix.toml", &(robots + &things + &going() + &people));
    site.write("same.toml", "");
    site.configured(&["apply", "matrix.toml"]).succeeded();
    let grant = |role: &str, more: &[&str]| {
        let grant = ["rights", "grant", "--role", role, "--may-delegate", "--reason", "matrix"];
        site.configured(&[&grant[..], more].concat()).succeeded()
    };
    for role in Role::ALL.iter().map(|role| role.as_str()) {
        grant(role, &["--client", role, "--unit", "101", "--branch", "health"]);
    }
    grant("national-operator", &["--client", "asker", "--unit", "vn"]);
    grant("national-operator", &["--client", "whole-national-operator", "--person", "lan", "--person", "minh"]);
    grant("auditor", &["--client", "whole-auditor"]);
    let proof = ["people", "proof", "dan", "--level", "2", "--method", "chip", "--evidence", "card", "--agency", "x"];
    site.configured(&proof).succeeded();
    (site, serving)
}

/// A client for each time that one is removed.
fn going() -> String {
    let mut going = String::new();
    for (agency, n, _) in PLACES {
        for role in Role::ALL {
            going += &format!(
                "[[clients]]\nclient_id = \"{}\"\nservice = \"s-{agency}\"\nredirect_uris = [\"https://c.example/cb\"]\n\
                 secrets = [\"a-secret-of-a-test-that-is-long-enough\"]\n",
                gone(agency, n, role)
            );
        }
    }
    going
}

fn gone(agency: &str, n: usize, role: Role) -> String {
    format!("gone-{agency}-{n}-{}", role.as_str())
}

/// A clerk at a terminal somewhere.
struct Terminal<'a> {
    site: &'a Site,
    url: String,
    asker: String,
    /// The unit, the branch and the agency where he works.
    place: [&'a str; 3],
}

/// What is there to be done something to.
struct There<'a> {
    right: &'a str,
    pending: &'a str,
    gone: &'a str,
}

const WHY: [&str; 2] = ["--reason", "matrix"];

impl Terminal<'_> {
    fn run(&self, token: &str, arguments: &[&str]) -> Ran {
        let all = [arguments, &["--server", &self.url]].concat();
        run_in(self.site.directory.path(), &all, &[("MOTCUA_TOKEN", token)])
    }

    fn grant(&self) -> Vec<&str> {
        let [unit, branch, agency] = self.place;
        let role = ["rights", "grant", "--role", "auditor", "--client", "other", "--reason", "matrix"];
        [&role[..], &["--unit", unit, "--branch", branch, "--agency", agency]].concat()
    }

    /// A right that is here; the machine's operator gave it.
    fn given(&self) -> String {
        let said = self.site.configured(&self.grant()).succeeded();
        said.lines().next().unwrap().strip_prefix("gave right ").unwrap().to_owned()
    }

    /// What waits here.
    fn asked(&self) -> String {
        let said = self.run(&self.asker, &self.grant()).succeeded();
        said.trim().strip_prefix("asked for approval: ").unwrap().to_owned()
    }

    /// Whether it is done here; nothing, where no command does it to what stands somewhere.
    fn tries(&self, token: &str, act: Act, there: &There<'_>) -> Option<bool> {
        let There { right, pending, gone } = *there;
        let agency = self.place[2];
        let (service, client) = (format!("s-{agency}"), format!("c-{agency}"));
        let shows = |arguments: &[&str], what: &str| {
            let ran = self.run(token, arguments);
            ran.ok && ran.out.contains(what)
        };
        let does = |arguments: &[&str], what: &str| shows(&[arguments, &WHY].concat(), what);
        Some(match act {
            Act::AgenciesLook => shows(&["agencies", "show", agency], agency),
            Act::ServicesLook => shows(&["services", "list"], &service),
            Act::ServicesChange => does(&["services", "restore", &service, "1"], "restored service"),
            Act::ClientsLook => shows(&["clients", "show", &client], &client),
            Act::ClientsChange => does(&["clients", "restore", &client, "1"], "restored client"),
            Act::ClientsRemove => does(&["clients", "remove", gone], "removed client"),
            Act::RightsLook => shows(&["rights", "list"], right),
            Act::RightsGrant => shows(&self.grant(), "asked for approval"),
            Act::RightsRevoke => does(&["rights", "revoke", right], right),
            Act::PendingLook => shows(&["pending", "show", pending], pending),
            Act::PendingDecide => does(&["pending", "refuse", pending], pending),
            Act::AuditLook => shows(&["audit", "--client", &client], &client),
            _ => return None,
        })
    }

    /// Whether what is of no place is done; nothing, where no command does it.
    fn tries_of_no_place(&self, token: &str, act: Act, [dan, whom]: [&str; 2]) -> Option<bool> {
        let why = |arguments: &[&'static str]| [arguments, &WHY].concat();
        let on = |act: &'static str, whom| [&["people", act, whom][..], &WHY].concat();
        let proof = ["--level", "2", "--method", "chip", "--evidence", "card", "--agency", "101-health"];
        let ran = match act {
            Act::UnitsLook => {
                let ran = self.run(token, &["units", "tree"]);
                return Some(ran.ok && ran.out.contains("00001"));
            }
            Act::PeopleFind => self.run(token, &[&on("show", dan)[..], &["--purpose", "security"]].concat()),
            Act::PeopleSignOut => self.run(token, &on("sign-out", dan)),
            Act::PeopleProof => self.run(token, &[&on("proof", dan)[..], &proof].concat()),
            Act::PeopleRecover => self.run(token, &on("recover", dan)),
            Act::PeopleDisable => self.run(token, &on("disable", dan)),
            Act::PeopleEnable => self.run(token, &on("enable", dan)),
            Act::PeopleEnter => {
                self.site.write("token", token);
                let add = ["people", "add", "khoa", "--token-file", "token", "--server", &self.url];
                self.site.fed("correct horse battery\n", &[&add[..], &WHY].concat())
            }
            Act::PeopleRemove => self.run(token, &[&on("remove", whom)[..], &["--yes"]].concat()),
            Act::KeysLook => self.run(token, &["keys", "list"]),
            Act::KeysRotate => self.run(token, &why(&["keys", "rotate", "--alg", "ES256"])),
            Act::KeysRevoke => self.run(token, &why(&["keys", "revoke", "none"])),
            Act::OutboxLook => self.run(token, &["outbox", "list"]),
            Act::OutboxRetry => self.run(token, &why(&["outbox", "retry", "00000000-0000-0000-0000-000000000000"])),
            Act::DeclarationLook => self.run(token, &["export"]),
            Act::DeclarationApply => self.run(token, &why(&["apply", "same.toml", "--dry-run"])),
            _ => return None,
        };
        // Who may learns that there is nothing.
        let may = ran.ok || ran.err.contains("There is no such thing");
        assert!(may || ran.err.contains("Not allowed: "), "{act:?}: {}{}", ran.out, ran.err);
        Some(may)
    }
}

/// Tries every act of a role at the terminal's place, and compares with the table.
fn at_a_place(
    terminal: &Terminal<'_>,
    role: Role,
    token: &str,
    (n, reached): (usize, bool),
    there: [&str; 2],
) -> BTreeSet<Act> {
    let mut tried = BTreeSet::new();
    for act in Act::ALL {
        let expected = reached && table::roles()[&(role, act)] == 'x';
        let [mut right, mut pending] = there.map(str::to_owned);
        if expected && takes_away(act) {
            (right, pending) = (terminal.given(), terminal.asked());
        }
        let gone = gone(terminal.place[2], n, role);
        let there = There { right: &right, pending: &pending, gone: &gone };
        if let Some(done) = terminal.tries(token, act, &there) {
            assert_eq!(done, expected, "{role:?} {act:?} {:?} {n}", terminal.place);
            tried.insert(act);
        }
    }
    tried
}

/// The same of what is of no place.
fn of_no_place(terminal: &Terminal<'_>, role: Role, token: &str, whole: bool, people: [&str; 2]) -> BTreeSet<Act> {
    let mut tried = BTreeSet::new();
    for act in Act::ALL {
        let expected = is_done(role, act, whole);
        if let Some(done) = terminal.tries_of_no_place(token, act, people) {
            assert_eq!(done, expected, "{role:?} {act:?} {whole}");
            tried.insert(act);
        }
    }
    tried
}

/// "… through … command line (with `--server`), with one expected table".
#[tokio::test]
async fn every_role_at_every_act_at_the_command_line() {
    let (site, serving) = served().await;
    let token = |client: &str| site.configured(&["api", "token", "--client", client]).succeeded().trim().to_owned();
    let id = |name: &str| {
        let said = site.configured(&["people", "show", name, "--json"]).succeeded();
        serde_json::from_str::<Value>(&said).unwrap()["id"].as_str().unwrap().to_owned()
    };
    let (dan, going) = (id("dan"), id("gone"));
    let (mut reformed, mut tried) = (false, BTreeSet::new());
    for (agency, n, reached) in PLACES {
        if n == 1 && !reformed {
            let db = site.db().await;
            country::reform(&db, SystemClock.now()).await;
            db.close().await;
            reformed = true;
        }
        let (unit, branch) = agency.split_once('-').unwrap();
        let unit = if reformed { country::became(unit) } else { unit };
        let asker = token("asker");
        let terminal = Terminal { site: &site, url: serving.url(""), asker, place: [unit, branch, agency] };
        let (right, pending) = (terminal.given(), terminal.asked());
        let client = format!("c-{agency}");
        terminal.run(&terminal.asker, &[&["clients", "restore", &client, "1"][..], &WHY].concat()).succeeded();
        for role in Role::ALL {
            let bearer = token(role.as_str());
            tried.extend(at_a_place(&terminal, role, &bearer, (n, reached), [&right, &pending]));
            if !reached {
                tried.extend(of_no_place(&terminal, role, &bearer, false, [&dan, &dan]));
            }
        }
        if reformed {
            for role in [Role::NationalOperator, Role::Auditor] {
                let whom = if role == Role::NationalOperator { &going } else { &dan };
                let bearer = token(&format!("whole-{}", role.as_str()));
                tried.extend(of_no_place(&terminal, role, &bearer, true, [&dan, whom]));
            }
        }
    }
    each_is_tried(&tried, &ELSEWHERE);
    serving.stop().await;
    site.leave().await;
}
