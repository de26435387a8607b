//! "A generated test tries every step from every state, in every order, twice, from another browser, for another person:
//! nothing is skipped, nothing counts twice."

mod made;
mod stage;

use std::time::Duration;

use self::stage::Stage;
use crate::town::Browser;
use crate::town::Page;
use crate::town::Tokens;

/// What may be presented. khai has a password, an app, a passkey, codes by SMS and on paper; an has a password alone, binh a passkey
/// beside one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Presents {
    Password(Who),
    WrongPassword,
    Code,
    WrongCode,
    /// A code that is sent to khai's telephone for it.
    Text,
    WrongText,
    /// A recovery code from khai's paper.
    Paper,
    Passkey(Who),
    /// Nothing: on without, where the service takes less.
    Without,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Khai,
    An,
    Binh,
}

use Presents::*;

const ALL: [Presents; 12] = [
    Password(Who::Khai),
    Password(Who::An),
    Password(Who::Binh),
    WrongPassword,
    Code,
    WrongCode,
    Text,
    WrongText,
    Paper,
    Passkey(Who::Khai),
    Passkey(Who::Binh),
    Without,
];

/// Where a sign-in begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Door {
    /// At a service.
    Service,
    /// At our own page.
    Oneself,
    /// At a service that wants more than khai's session, which a password opened, is worth.
    StepUp,
}

/// What the sign-in has come to, as this test sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Nothing,
    /// khai's session is there, and more is asked for.
    Session,
    /// This person's password was right, and they have more to show.
    Half(Who),
    /// They are signed in, by these methods.
    Done(Who, &'static str),
}

impl Door {
    const fn begins_with(self) -> State {
        match self {
            Self::Service | Self::Oneself => State::Nothing,
            Self::StepUp => State::Session,
        }
    }

    const fn sign_in(self) -> &'static str {
        match self {
            Self::Service | Self::StepUp => "/login",
            Self::Oneself => "/sign-in",
        }
    }

    const fn second(self) -> &'static str {
        match self {
            Self::Service | Self::StepUp => "/login/code",
            Self::Oneself => "/sign-in/code",
        }
    }

    /// The page of a state in which nobody is signed in.
    const fn page(self, state: State) -> &'static str {
        match state {
            State::Nothing | State::Done(..) => self.sign_in(),
            State::Session | State::Half(_) => self.second(),
        }
    }
}

/// The rules, said once more in one place.
fn after(door: Door, state: State, presents: Presents) -> State {
    match (state, presents) {
        (State::Done(..), _) => state,
        (_, Password(Who::An)) => State::Done(Who::An, "pwd"),
        (_, Password(who)) => State::Half(who),
        (State::Nothing, Passkey(who)) => State::Done(who, "hwk mfa user"),
        (State::Half(first), Passkey(who)) if first == who => State::Done(who, "hwk mfa pwd user"),
        (State::Session, Passkey(Who::Khai)) => State::Done(Who::Khai, "hwk mfa pwd user"),
        (State::Session | State::Half(Who::Khai), Code | Paper) => State::Done(Who::Khai, "mfa otp pwd"),
        (State::Session | State::Half(Who::Khai), Text) => State::Done(Who::Khai, "mfa pwd sms"),
        (State::Session | State::Half(Who::Khai), Without) if door == Door::StepUp => State::Done(Who::Khai, "pwd"),
        (state, _) => state,
    }
}

/// Every order of at most so many steps. Of those that lead nowhere one stands before the last: two more say nothing new.
fn orders(door: Door, most: usize) -> Vec<Vec<Presents>> {
    let (mut all, mut open) = (Vec::new(), vec![(Vec::new(), door.begins_with(), 0)]);
    while let Some((steps, state, idle)) = open.pop() {
        for presents in ALL {
            let next = after(door, state, presents);
            let mut steps = steps.clone();
            steps.push(presents);
            all.push(steps.clone());
            let idle = idle + usize::from(next == state);
            if !matches!(next, State::Done(..)) && idle < 2 && steps.len() < most {
                open.push((steps, next, idle));
            }
        }
    }
    all
}

#[tokio::test]
async fn every_step_in_every_order_proves_what_it_proves_and_nothing_twice() {
    let orders = orders(Door::Service, 3);
    assert!(orders.len() > 400, "{}", orders.len());
    let mut stage = Stage::new(0).await;
    try_all(&mut stage, Door::Service, orders).await;
    stage.town.leave().await;
}

/// The same of a sign-in that no service asked for.
#[tokio::test]
async fn who_comes_by_themselves_proves_the_same() {
    let mut stage = Stage::new(0).await;
    try_all(&mut stage, Door::Oneself, orders(Door::Oneself, 2)).await;
    stage.town.leave().await;
}

/// The same in a session that a service asks more of.
#[tokio::test]
async fn a_session_is_stepped_up_by_what_is_its_persons_and_by_nothing_twice() {
    let orders = orders(Door::StepUp, 3);
    let mut stage = Stage::new(orders.len()).await;
    try_all(&mut stage, Door::StepUp, orders).await;
    stage.town.leave().await;
}

async fn try_all(stage: &mut Stage, door: Door, orders: Vec<Vec<Presents>>) {
    for (n, steps) in orders.into_iter().enumerate() {
        // A hundred wrong tries in a row would end what is tried here.
        if n % 12 == 0 {
            stage.sign_in_whole().await;
        }
        let last = *steps.last().unwrap();
        // A new time step: the code before is spent. Five texts are sent in an hour.
        let hour = matches!(last, Text | WrongText);
        stage.town.clock.pass(Duration::from_secs(if hour { 3600 } else { 30 }));
        let (mut browser, mut page) = stage.begin(door).await;
        let mut state = door.begins_with();
        for presents in &steps[..steps.len() - 1] {
            let form = stage.form(&mut browser, door, &page, *presents).await;
            state = after(door, state, *presents);
            let answer = form.send(&mut browser, &page).await;
            page = went_on(door, state, *presents, (page, answer), &steps);
        }
        try_last(stage, door, (browser, page), (state, last), &format!("{door:?} {steps:?} from {state:?}")).await;
    }
}

/// The page after a step that did not end the sign-in. A wrong password leads nowhere: the page before is there still.
fn went_on(
    door: Door,
    state: State,
    presents: Presents,
    (before, page): (Page, Page),
    why: &impl std::fmt::Debug,
) -> Page {
    assert!(page.parameter("code").is_none(), "{why:?} at {presents:?}: {}", page.url);
    if presents == WrongPassword {
        assert_eq!((page.status.as_u16(), page.path().as_str()), (200, door.sign_in()), "{why:?}: {}", page.body);
        return before;
    }
    let seen = (page.status.as_u16(), page.path());
    assert_eq!(seen, (200, door.page(state).to_owned()), "{why:?} at {presents:?}: {}", page.body);
    page
}

/// The last step of an order: in another browser, for another person, as it is meant, once more, and in another sign-in.
async fn try_last(
    stage: &mut Stage,
    door: Door,
    (mut browser, page): (Browser, Page),
    (state, presents): (State, Presents),
    why: &str,
) {
    let form = stage.form(&mut browser, door, &page, presents).await;
    let next = after(door, state, presents);
    let mut stranger = stage.stranger.clone();
    let refused = form.send(&mut stranger, &page).await;
    assert!(refused.parameter("code").is_none(), "elsewhere, {why}: {}", refused.url);
    assert_eq!(stranger.cookies, stage.stranger.cookies, "elsewhere, {why}");
    let ends = matches!(next, State::Done(..));
    if ends && matches!(presents, Code | Text | Paper) {
        let (mut other, half) = stage.half(&browser, Who::Binh).await;
        let refused = form.on("/login/code").send(&mut other, &half).await;
        assert_eq!((refused.path().as_str(), refused.parameter("code")), ("/login/code", None), "for binh, {why}");
    }
    let before = browser.clone();
    let answer = form.send(&mut browser, &page).await;
    let again = form.send(&mut before.clone(), &page).await;
    let State::Done(who, methods) = next else {
        went_on(door, next, presents, (page.clone(), answer), &why);
        went_on(door, next, presents, (page, again), &format!("twice, {why}"));
        return;
    };
    for (page, when) in [(&answer, "once"), (&again, "twice")] {
        let there = if door == Door::Oneself { page.path() == "/" } else { page.parameter("code").is_some() };
        assert!(there, "{when}, {why}: {} {}", page.url, page.body);
    }
    let code = match answer.parameter("code") {
        Some(code) => code,
        None => stage.town.rp("portal").code(&mut browser, &[]).await,
    };
    let redeemed = stage.town.rp("portal").redeem(&code, &[]).await;
    assert_eq!(redeemed.status, 200, "{why}: {}", redeemed.body);
    let claims = Tokens(redeemed.json()).claims();
    let amr: Vec<&str> = claims["amr"].as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect();
    assert_eq!(amr.join(" "), methods, "{why}");
    assert_eq!(who_is(&mut browser).await, Some(who), "{why}");
    if matches!(presents, Code | Text | Paper | Passkey(_)) {
        stage.spend(presents);
        let (mut other, half) = stage.half(&browser, who).await;
        let refused = form.on("/login/code").send(&mut other, &half).await;
        assert_eq!((refused.path().as_str(), refused.parameter("code")), ("/login/code", None), "spent, {why}");
    }
}

async fn who_is(browser: &mut Browser) -> Option<Who> {
    let page = browser.open("/").await;
    assert_eq!(page.status, 200);
    match page.body {
        body if body.contains("Minh Khai") => Some(Who::Khai),
        body if body.contains("Văn An") => Some(Who::An),
        body if body.contains("binh") => Some(Who::Binh),
        _ => None,
    }
}

/// "at most 100 consecutive failures of one password …, which then needs recovery, while passkeys go on".
#[tokio::test]
async fn after_a_hundred_wrong_tries_a_password_opens_nothing_and_a_passkey_does() {
    let mut stage = Stage::new(0).await;
    let (mut browser, page) = stage.begin(Door::Service).await;
    for _ in 0..99 {
        stage.present(&mut browser, &page, WrongPassword).await;
    }
    super::guessing::settled(&stage.town).await;
    // A right one in between: the count starts anew, but only when the sign-in ends.
    let half = stage.present(&mut browser, &page, Password(Who::Khai)).await;
    assert_eq!(half.path(), "/login/code");
    stage.town.clock.pass(Duration::from_secs(30));
    assert!(stage.present(&mut browser, &half, Code).await.parameter("code").is_some());
    let (mut browser, page) = stage.begin(Door::Service).await;
    for _ in 0..100 {
        stage.present(&mut browser, &page, WrongPassword).await;
        super::guessing::settled(&stage.town).await;
    }
    super::guessing::counted(&stage.town).await;
    let refused = stage.present(&mut browser, &page, Password(Who::Khai)).await;
    assert_eq!(refused.path(), "/login", "{}", refused.body);
    assert!(stage.present(&mut browser, &page, Passkey(Who::Khai)).await.parameter("code").is_some());
    stage.town.leave().await;
}
