//! `motcua demo --reorganize`: a whole made-up country on the eve of its reform and on the day itself, and what became of
//! what must not change. It enters everything as the commands do, and compares what they say with how it was made.

mod citizen;
mod compare;
mod country;
mod report;
mod steps;
mod territory;

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use futures_util::stream;
use futures_util::stream::StreamExt;
use uuid::Uuid;

use self::citizen::Browser;
use self::citizen::Door;
use self::compare::Counted;
use self::compare::When;
use self::country::Country;
use self::country::PEOPLE;
use self::country::citizen;
use self::country::service;
use self::country::used_by;
use self::report::Report;
use self::report::Tried;
use self::steps::Steps;
use crate::app::App;
use crate::base::day::Day;
use crate::base::fault::Fault;
use crate::base::id;
use crate::base::secret::sha256;
use crate::base::time::Clock;
use crate::base::time::ManualClock;
use crate::cli::Failure;
use crate::cli::serve;
use crate::config::Config;
use crate::flows::admin::clients;
use crate::flows::admin::declaration;
use crate::flows::admin::declaration::file::Declaration;
use crate::flows::admin::people_import;
use crate::flows::admin::rights::look;
use crate::flows::admin::units::import;
use crate::flows::admin::units::succession;
use crate::identity::assurance::Acr;
use crate::identity::assurance::Amr;
use crate::identity::audit::By;
use crate::identity::authorization::Authorization;
use crate::jobs;
use crate::parts::hierarchy;
use crate::parts::issue::subject;
use crate::protocol::oauth::scope::Scope;
use crate::protocol::oidc::claims::ClaimsRequest;
use crate::store::clients as rows;
use crate::store::grants::NewGrant;

/// So long before midnight it begins.
const BEFORE_MIDNIGHT: Duration = Duration::from_secs(600);
/// As of noon.
const NOON: Duration = Duration::from_secs(43_200);
/// Grants that are written at a time.
const AT_A_TIME: usize = 200;

/// The days of it: when the units of before began, the eve, and the day itself.
struct Days {
    begun: Day,
    eve: Day,
    day: Day,
}

impl Days {
    fn new() -> Option<Self> {
        let day = Day::of(2025, 7, 1)?;
        Some(Self { begun: Day::of(2024, 7, 1)?, eve: day.eve()?, day })
    }
}

/// A country that runs.
struct Replay<'a> {
    app: Arc<App>,
    clock: Arc<ManualClock>,
    country: &'a Country,
    days: Days,
    steps: Steps,
}

/// Somebody who has signed in at the services that they use.
struct SignedIn {
    person: usize,
    browser: Browser,
    refresh_tokens: Vec<(usize, String)>,
}

/// A `sub` for each person and service.
type Subjects = BTreeMap<(usize, usize), String>;
/// What is registered of each client, as a digest.
type Registered = BTreeMap<String, [u8; 32]>;

/// Does it in `state`; `sign_ins` people sign in themselves. Fails where anything changed that must not.
pub async fn run(config: Config, state: &Path, sign_ins: usize) -> Result<(), Failure> {
    let impossible = || Failure("the calendar has no such day".into());
    let days = Days::new().ok_or_else(impossible)?;
    let midnight = config.units.time_zone.begin(days.day).ok_or_else(impossible)?;
    let clock = Arc::new(ManualClock::at(midnight - BEFORE_MIDNIGHT));
    let world = serve::World {
        clock: Arc::clone(&clock) as Arc<dyn Clock>,
        acts_for: Some(By::machine()),
        ..serve::World::default()
    };
    let app = serve::build(config, world, serve::OnEmpty::Begin).await?;
    jobs::hear::once(&app).await?;
    let country = Country::made(&*app.entropy);
    println!("A made-up country on the eve of 1 July 2025, in {}", state.display());
    let replay = Replay { app, clock, country: &country, days, steps: Steps::begin() };
    let report = replay.play(sign_ins).await?;
    replay.app.db.close().await;
    print!("{report}");
    match report.wrong.len() {
        0 => Ok(()),
        n => Err(Failure(format!("{n} things are not as they must be: the report names them"))),
    }
}

impl Replay<'_> {
    async fn play(&self, sign_ins: usize) -> Result<Report, Failure> {
        self.found().await?;
        let door = Door::open(&self.app, self.country)?;
        let people = self.steps.step("find 5,000 people", self.people()).await?;
        let what = format!("{sign_ins} people sign in at 3 services each");
        let (signed_in, mut wrong) = self.steps.step(&what, self.sign_in(&door, sign_ins)).await?;
        let others = self.grant(&people, sign_ins);
        self.steps.step("grants of the others, as sign-ins write them", others).await?;
        let subjects =
            self.steps.step("the subjects of 5,000 people at 3 services each", self.subjects(&people)).await?;
        let registered = self.steps.step("what is registered of 2,900 clients", self.registered()).await?;
        let reform = self.reorganize().await?;
        self.clock.pass(BEFORE_MIDNIGHT);
        println!("midnight");
        let counted = self.steps.step("reports as of both days", self.reports(&mut wrong)).await?;
        let after = self.steps.step("the same subjects", self.subjects(&people)).await?;
        let is_other = |(key, sub): &(&(usize, usize), &String)| after.get(*key) != Some(*sub);
        let changed = subjects.iter().filter(is_other).count();
        let registered_after = self.steps.step("the same clients", self.registered()).await?;
        let written = registered_after.iter().filter(|(id, row)| registered.get(*id) != Some(*row)).count();
        let anew = written + registered.keys().filter(|id| !registered_after.contains_key(*id)).count();
        let again = self.go_on(&door, signed_in, &subjects);
        let tried = self.steps.step("sessions, refresh tokens and passwords of before", again).await?;
        let undecided = self.undecided().await?;
        Ok(Report {
            reform,
            counted,
            subjects: (subjects.len(), changed),
            clients: (registered.len(), anew),
            tried,
            undecided,
            wrong,
        }
        .judged())
    }

    /// Everything that is there on the eve.
    async fn found(&self) -> Result<(), Failure> {
        let Self { country, days, .. } = self;
        self.steps.step("apply: levels", self.apply(territory::LEVELS.to_owned())).await?;
        let units = territory::csv(&country.territory.before);
        let what = format!("units import: {} units", country.territory.before.len());
        self.steps.step(&what, self.import(&units, days.begun)).await?;
        let services = self.apply(country.declaration());
        self.steps.step("apply: 84 agencies, 2,900 services and clients", services).await?;
        self.steps.step("people import: 5,700 people", self.import_people()).await?;
        self.steps.step("apply: the rights of 700 officials", self.apply(country.rights())).await
    }

    /// What is written in the evening for the next day.
    async fn reorganize(&self) -> Result<succession::Report, Failure> {
        let Self { app, country, days, .. } = self;
        println!("the reorganization, written at 23:50");
        let units = territory::csv(&country.territory.after);
        let what = format!("units import: {} units", country.territory.after.len());
        self.steps.step(&what, self.import(&units, days.day)).await?;
        let rows = succession::read(country.territory.succession().as_bytes())?;
        let options =
            succession::Options { day: days.day, legal_basis: Some("a law of the demonstration"), dry_run: false };
        let succeed = async { Ok(succession::succeed(app, &rows, &options, &mut |_, _| ()).await?) };
        self.steps.step(&format!("units succeed: {} rows", rows.len()), succeed).await
    }

    async fn apply(&self, text: String) -> Result<(), Failure> {
        let read = Declaration::read("reorganize.toml", text)?;
        let (prune, directory) = (declaration::Prune::Nothing, Path::new("."));
        let how = declaration::ApplyOptions {
            prune,
            dry_run: false,
            references: Some(declaration::References { environment: &|_| None, directory }),
        };
        declaration::apply(&self.app, &read, &how).await?;
        Ok(())
    }

    async fn import(&self, file: &str, from: Day) -> Result<(), Failure> {
        let rows = import::read(file.as_bytes())?;
        import::import(&self.app, &rows, from, &mut |_, _| ()).await?;
        Ok(())
    }

    async fn import_people(&self) -> Result<(), Failure> {
        let app = &self.app;
        let file = self.country.people(&*app.entropy, app.config.passwords.cost())?;
        let mut refused = None;
        let tell = |step: people_import::Step| {
            refused = refused.take().or_else(|| step.mistakes.into_iter().next());
            Ok(())
        };
        people_import::import(app, Box::new(Cursor::new(file.into_bytes())), tell).await?;
        refused.map_or(Ok(()), |mistake| Err(Failure(format!("line {}: {}", mistake.line, mistake.why))))
    }

    async fn people(&self) -> Result<Vec<Uuid>, Failure> {
        let mut people = Vec::with_capacity(PEOPLE);
        for n in 0..PEOPLE {
            let name = citizen(n);
            let found = look::person(&self.app, &name).await?;
            people.push(found.ok_or_else(|| Failure(format!("nobody signs in with the name {name}")))?);
        }
        Ok(people)
    }

    /// People sign in by their passwords; those whose sign-in failed are told.
    async fn sign_in(&self, door: &Door<'_>, people: usize) -> Result<(Vec<SignedIn>, Vec<String>), Failure> {
        let (mut signed_in, mut wrong) = (Vec::new(), Vec::new());
        for person in 0..people {
            let (mut browser, mut refresh_tokens) = (Browser::of(person), Vec::new());
            for used in used_by(person) {
                match door.sign_in(&mut browser, used, "").await {
                    Ok(given) => refresh_tokens.push((used, given.refresh_token)),
                    Err(why) => wrong.push(format!("before: {} at {}: {why}", citizen(person), service(used))),
                }
            }
            signed_in.push(SignedIn { person, browser, refresh_tokens });
        }
        Ok((signed_in, wrong))
    }

    /// What codes buy, for those who do not sign in themselves.
    async fn grant(&self, people: &[Uuid], but: usize) -> Result<(), Failure> {
        let (app, now) = (&self.app, self.app.clock.now());
        let mut grants = Vec::new();
        for (n, person) in people.iter().enumerate().skip(but) {
            for used in used_by(n) {
                let client = self.client(used).await?;
                let fresh = || id::beside(*person, now, &*app.entropy);
                let authorization = Authorization {
                    grant: fresh(),
                    person: *person,
                    session: fresh(),
                    client: client.id.clone(),
                    client_epoch: client.epoch,
                    scope: Scope::parse(country::SCOPE).unwrap_or_default(),
                    claims: ClaimsRequest::default(),
                    resource: None,
                    nonce: None,
                    auth_time: now,
                    acr: Acr::One,
                    amr: Amr::password(),
                };
                grants.push(NewGrant { authorization, redemption_id: fresh(), offline: true, now });
            }
        }
        let mut redeemed = stream::iter(grants).map(|grant| app.ledger.redeem(grant)).buffer_unordered(AT_A_TIME);
        while let Some(won) = redeemed.next().await {
            if !won? {
                return Err(Failure("a code was redeemed that nobody had".into()));
            }
        }
        Ok(())
    }

    async fn client(&self, used: usize) -> Result<Arc<crate::parts::clients::Client>, Failure> {
        let id = service(used);
        let found = crate::parts::clients::find(&self.app, &id).await?;
        found.ok_or_else(|| Failure(format!("there is no client {id}")))
    }

    /// What everybody is called at each service that they use, by what issues tokens.
    async fn subjects(&self, people: &[Uuid]) -> Result<Subjects, Failure> {
        let mut subjects = Subjects::new();
        for (n, person) in people.iter().enumerate() {
            for used in used_by(n) {
                let client = self.client(used).await?;
                subjects.insert((n, used), subject::of(&self.app, *person, &client));
            }
        }
        Ok(subjects)
    }

    /// Every client as the database has it: sector, secrets, metadata, which incarnation it is.
    async fn registered(&self) -> Result<Registered, Failure> {
        let mut registered = Registered::new();
        for listed in clients::list(&self.app.db).await? {
            let row = rows::find(&self.app.db, &listed.id).await?;
            registered.insert(listed.id, sha256(format!("{row:?}").as_bytes()));
        }
        Ok(registered)
    }

    /// What the reports of both days say, beside how the country was made.
    async fn reports(&self, wrong: &mut Vec<String>) -> Result<Counted, Failure> {
        let Self { app, country, days, .. } = self;
        let whole = hierarchy::whole(app).await?;
        let mut counted = Counted::default();
        let both =
            [(When::Eve, days.eve, &country.territory.before), (When::After, days.day, &country.territory.after)];
        for (when, day, units) in both {
            wrong.extend(compare::tree_is(&whole, units, day));
            wrong.extend(compare::agencies_are(&whole, country, (when, day)));
            let begin = app.config.units.time_zone.begin(day).ok_or_else(|| Fault::broken("a day without a begin"))?;
            let listed = look::list(app, None, begin + NOON).await?;
            let (of_day, elsewhere) = compare::rights_are(&whole, country, &listed, (when, [days.eve, days.day]));
            wrong.extend(elsewhere);
            counted = of_day;
        }
        Ok(counted)
    }

    /// Whoever was signed in goes on.
    async fn go_on(&self, door: &Door<'_>, people: Vec<SignedIn>, subjects: &Subjects) -> Result<Tried, Failure> {
        let mut tried = Tried::default();
        for SignedIn { person, mut browser, refresh_tokens } in people {
            for (used, refresh_token) in refresh_tokens {
                let sub = subjects.get(&(person, used));
                let who = format!("after: {} at {}", citizen(person), service(used));
                tried.sessions.take(&who, sub, door.sign_in(&mut browser, used, "none").await);
                tried.refresh_tokens.take(&who, sub, door.refresh(used, &refresh_token).await);
            }
            let [first, ..] = used_by(person);
            let who = format!("after: {} at {}, with the password", citizen(person), service(first));
            let given = door.sign_in(&mut Browser::of(person), first, "").await;
            tried.passwords.take(&who, subjects.get(&(person, first)), given);
        }
        Ok(tried)
    }

    /// The rights of which somebody decides who has them.
    async fn undecided(&self) -> Result<Vec<String>, Failure> {
        let all = look::list(&self.app, None, self.app.clock.now()).await?;
        let line = |one: &look::Listed| {
            let note = one.note.as_deref().unwrap_or_default();
            format!("{} {} of {}: {note}", one.authority.id, one.authority.role.as_str(), one.holder)
        };
        Ok(all.iter().filter(|one| one.is_undecided()).map(line).collect())
    }
}
