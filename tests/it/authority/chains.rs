//! A property: no chain of delegations widens anything, on random trees, times and successions.

use std::collections::BTreeSet;
use std::time::Duration;

use motcua::base::day::Day;
use motcua::base::time::Timestamp;
use motcua::base::zone::Zone;
use motcua::identity::agency::Bilingual;
use motcua::identity::authority::Act;
use motcua::identity::authority::Actor;
use motcua::identity::authority::Agencies;
use motcua::identity::authority::Authority;
use motcua::identity::authority::Holder;
use motcua::identity::authority::Kind;
use motcua::identity::authority::Place;
use motcua::identity::authority::Role;
use motcua::identity::authority::Scope;
use motcua::identity::authority::Standing;
use motcua::identity::authority::Target;
use motcua::identity::authority::Wanted;
use motcua::identity::authority::Whereabouts;
use motcua::identity::authority::may;
use motcua::identity::authority::narrows;
use motcua::identity::hierarchy::AgencyKind;
use motcua::identity::hierarchy::Body;
use motcua::identity::hierarchy::Branch;
use motcua::identity::hierarchy::Hierarchy;
use motcua::identity::hierarchy::Place as Stand;
use motcua::identity::hierarchy::Share;
use motcua::identity::hierarchy::Succession;
use motcua::identity::hierarchy::SuccessionKind;
use motcua::identity::hierarchy::Unit;
use motcua::identity::hierarchy::UnitId;
use motcua::identity::hierarchy::Validity;
use proptest::prelude::*;
use uuid::Uuid;

/// The days of the month in which it all happens.
const DAYS: u8 = 28;

/// Noon of a day.
fn noon(day: u8) -> Timestamp {
    Zone::default().end(as_day(day)).unwrap() - Duration::from_secs(43_200)
}

fn as_day(day: u8) -> Day {
    Day::parse(&format!("2025-06-{day:02}")).unwrap()
}

fn id(n: usize) -> UnitId {
    UnitId(Uuid::from_u128(n as u128 + 1))
}

fn number(id: UnitId) -> usize {
    usize::try_from(id.0.as_u128()).unwrap() - 1
}

/// A unit as it is modelled: since when it is there, its parents since which day, and who succeeds it from a day on.
#[derive(Clone, Debug)]
struct Modelled {
    from: u8,
    parents: Vec<(u8, Option<usize>)>,
    end: Option<(u8, Vec<usize>)>,
}

#[derive(Debug, Default)]
struct World {
    units: Vec<Modelled>,
    branches: Vec<Option<usize>>,
    built: Hierarchy,
}

/// Agencies `a`, `a.b`, `a.b.c`: each is below what its name begins with.
const AGENCIES: [&str; 5] = ["a", "a.b", "a.b.c", "a.d", "e"];

impl World {
    fn lives(&self, unit: usize, day: u8) -> bool {
        let unit = &self.units[unit];
        unit.from <= day && unit.end.as_ref().is_none_or(|(end, _)| *end > day)
    }

    fn living(&self, day: u8) -> Vec<usize> {
        (0..self.units.len()).filter(|unit| self.lives(*unit, day)).collect()
    }

    fn parent(&self, unit: usize, day: u8) -> Option<usize> {
        self.units[unit].parents.iter().rfind(|(since, _)| *since <= day).and_then(|(_, parent)| *parent)
    }

    fn above(&self, unit: usize, day: u8) -> Vec<usize> {
        std::iter::successors(Some(unit), |unit| self.parent(*unit, day)).collect()
    }

    /// The hierarchy that the model describes.
    fn build(&mut self) {
        let mut built = Hierarchy::default();
        let name = Bilingual::default;
        for (n, unit) in self.units.iter().enumerate() {
            let to = unit.end.as_ref().map(|(end, _)| as_day(*end));
            let parents = unit.parents.iter().filter_map(|(since, parent)| Some((as_day(*since), id((*parent)?))));
            let (level, code) = ("unit".to_owned(), n.to_string());
            let validity = Validity { from: as_day(unit.from), to };
            let parents = parents.collect();
            built.put_unit(Unit { id: id(n), level, code, kind: None, name: name(), validity, parents });
            for heir in unit.end.iter().flat_map(|(_, heirs)| heirs) {
                built.put_succession(Succession {
                    kind: if unit.end.as_ref().unwrap().1.len() > 1 {
                        SuccessionKind::Split
                    } else {
                        SuccessionKind::Merge
                    },
                    from: id(n),
                    to: Some(id(*heir)),
                    share: Share::Part,
                    portion: None,
                    legal_basis: None,
                    effective: as_day(unit.end.as_ref().unwrap().0),
                });
            }
        }
        let always = Validity::since(as_day(1));
        for (n, parent) in self.branches.iter().enumerate() {
            let parents = [(as_day(1), parent.map(|parent| parent.to_string()))].into();
            built.put_branch(Branch { code: n.to_string(), depth: 0, name: name(), validity: always, parents });
        }
        for agency in AGENCIES {
            let parent = agency.rsplit_once('.').map(|(above, _)| above.to_owned());
            let places = [(as_day(1), Stand { parent, ..Stand::default() })].into();
            let (id, kind) = (agency.to_owned(), AgencyKind::State);
            built.put_agency(Body { id, name: name(), kind, depth: 0, validity: always, places });
        }
        self.built = built;
    }

    /// Where a scope lies on a day; `None` where its unit is not there.
    fn place(&self, scope: &Scope, day: u8) -> Option<Place> {
        let there = scope.unit.is_none_or(|unit| self.lives(number(unit), day));
        there.then(|| Place::of_scope(scope, &self.built, as_day(day)))
    }
}

/// A right as it stands in its row.
#[derive(Clone, Debug)]
struct Row {
    wanted: Wanted,
    parent: Option<usize>,
    given: u8,
}

impl Row {
    fn as_of(&self, n: usize, world: &World, day: u8) -> Authority {
        let standing = Standing::of(self.wanted.scope.unit, &world.built, as_day(day));
        let unit = if let Standing::At(unit) = standing { Some(unit) } else { self.wanted.scope.unit };
        Authority {
            id: Uuid::from_u128(n as u128),
            holder: self.wanted.holder.clone(),
            role: self.wanted.role,
            scope: Scope { unit, ..self.wanted.scope.clone() },
            standing,
            may_delegate: self.wanted.may_delegate,
            from: self.wanted.from,
            until: self.wanted.until,
            granted_by: Actor::Machine,
            approved_by: None,
            revoked_at: None,
        }
    }
}

/// Numbers from which everything is drawn.
struct Dice<'a>(std::slice::Iter<'a, u32>);

impl Dice<'_> {
    fn below(&mut self, n: usize) -> usize {
        self.0.next().map_or(0, |drawn| *drawn as usize) % n.max(1)
    }

    fn of<T: Clone>(&mut self, all: &[T]) -> Option<T> {
        (!all.is_empty()).then(|| all[self.below(all.len())].clone())
    }

    fn ended(&self) -> bool {
        self.0.len() == 0
    }
}

fn begun(dice: &mut Dice<'_>) -> World {
    let mut world = World::default();
    for n in 0..2 + dice.below(14) {
        let parent = (n > 0).then(|| dice.below(n));
        world.units.push(Modelled { from: 1, parents: vec![(1, parent)], end: None });
    }
    for n in 0..1 + dice.below(5) {
        let parent = (n > 0 && dice.below(4) > 0).then(|| dice.below(n));
        world.branches.push(parent);
    }
    world.build();
    world
}

fn wanted(dice: &mut Dice<'_>, world: &World, day: u8) -> Wanted {
    let unit = if dice.below(6) == 0 { None } else { dice.of(&world.living(day)) };
    let branch = (dice.below(2) == 0).then(|| dice.below(world.branches.len()));
    let agency = dice.of(&AGENCIES).unwrap().to_owned();
    let agencies = match dice.below(4) {
        0 => Agencies::One(agency),
        1 => Agencies::Below(agency),
        _ => Agencies::All,
    };
    let from = day + u8::try_from(dice.below(3)).unwrap();
    let until = (dice.below(3) > 0).then(|| from + 1 + u8::try_from(dice.below(10)).unwrap());
    Wanted {
        holder: Holder::Person(Uuid::from_u128(dice.below(9) as u128)),
        role: dice.of(&Role::ALL).unwrap(),
        scope: Scope { unit: unit.map(id), branch: branch.map(|n| n.to_string()), agencies },
        may_delegate: dice.below(4) > 0,
        from: noon(from.min(DAYS)),
        until: until.map(|until| noon(until.min(DAYS))),
    }
}

/// What happens to units on the first instant of a day: two merge, one is abolished, one is divided, one moves.
fn reform(dice: &mut Dice<'_>, world: &mut World, day: u8) {
    let living = world.living(day);
    let Some(unit) = dice.of(&living) else { return };
    let (above, fresh) = (world.parent(unit, day), world.units.len());
    let beneath: Vec<usize> = living.iter().copied().filter(|other| world.parent(*other, day) == Some(unit)).collect();
    let new = || Modelled { from: day, parents: vec![(day, above)], end: None };
    match dice.below(4) {
        0 => {
            let other = dice.of(&living).unwrap();
            if world.above(unit, day).contains(&other) || world.above(other, day).contains(&unit) {
                return;
            }
            world.units.push(new());
            let is_beneath = |child: &usize| [Some(unit), Some(other)].contains(&world.parent(*child, day));
            let beneath: Vec<usize> = living.into_iter().filter(is_beneath).collect();
            for child in beneath {
                world.units[child].parents.push((day, Some(fresh)));
            }
            for gone in [unit, other] {
                world.units[gone].end = Some((day, vec![fresh]));
            }
        }
        1 => {
            world.units[unit].end = Some((day, vec![]));
            beneath.into_iter().for_each(|child| world.units[child].parents.push((day, above)));
        }
        2 => {
            world.units.extend([new(), new()]);
            world.units[unit].end = Some((day, vec![fresh, fresh + 1]));
            for (n, child) in beneath.into_iter().enumerate() {
                world.units[child].parents.push((day, Some(fresh + n % 2)));
            }
        }
        _ => {
            let under = dice.of(&living).unwrap();
            if !world.above(under, day).contains(&unit) {
                world.units[unit].parents.push((day, Some(under)));
            }
        }
    }
    world.build();
}

/// What the territory of a right became by `day`: its unit and all beneath it on the day when it was given, all that succeeded
/// one of those, and all that came to lie beneath one of those.
fn became(world: &World, row: &Row, day: u8) -> BTreeSet<usize> {
    let Some(unit) = row.wanted.scope.unit.map(number) else { return (0..world.units.len()).collect() };
    let mut all = BTreeSet::from([unit]);
    for now in row.given..=day {
        loop {
            let more: Vec<usize> = (0..world.units.len())
                .filter(|other| !all.contains(other) && world.units[*other].from <= now)
                .filter(|other| {
                    let beneath =
                        world.lives(*other, now) && world.parent(*other, now).is_some_and(|p| all.contains(&p));
                    let heir = |before: &usize| {
                        world.units[*before]
                            .end
                            .as_ref()
                            .is_some_and(|(end, heirs)| *end <= now && heirs.contains(other))
                    };
                    let after = all.iter().any(heir);
                    beneath || after
                })
                .collect();
            if more.is_empty() {
                break;
            }
            all.extend(more);
        }
    }
    all
}

/// Places all over the hierarchy of a day: every unit with every branch, and now one agency, now another.
fn places(world: &World, day: u8) -> Vec<(usize, Place)> {
    let mut places = Vec::new();
    for unit in world.living(day) {
        for branch in 0..world.branches.len() {
            let agency = AGENCIES[(unit + branch) % AGENCIES.len()];
            let branches = world.built.branch_path(&branch.to_string(), as_day(day));
            let agencies = world.built.agency_path(agency, as_day(day));
            let units = world.built.unit_path(id(unit), as_day(day));
            places.push((unit, Place { units, branches, agencies, with_subordinates: false }));
        }
    }
    places
}

/// Acts of different roles, each about something that lies somewhere.
const ACTS: [(Act, Kind); 4] = [
    (Act::ClientsChange, Kind::Client),
    (Act::AgenciesChange, Kind::Agency),
    (Act::PendingDecide, Kind::PendingAct),
    (Act::AuditLook, Kind::Audit),
];

fn allowed(authority: &Authority, place: &Place, day: u8) -> Vec<Act> {
    let target = |kind| Target { kind, at: Whereabouts::At(place.clone()), holds: Vec::new() };
    let all = ACTS
        .iter()
        .filter(|(act, kind)| may(std::slice::from_ref(authority), *act, &target(*kind), noon(day)).is_allowed());
    all.map(|(act, _)| *act).collect()
}

/// The first right of a chain, which nobody delegated.
fn first(rows: &[Row], mut n: usize) -> usize {
    while let Some(parent) = rows[n].parent {
        n = parent;
    }
    n
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// "delegation only narrows, in territory, branch, acts and time"
    #[test]
    fn no_chain_of_delegations_widens_anything(drawn in prop::collection::vec(any::<u32>(), 60..400)) {
        let mut dice = Dice(drawn.iter());
        let mut world = begun(&mut dice);
        let mut rows: Vec<Row> = Vec::new();
        let mut day = 1;
        while !dice.ended() && day < DAYS - 2 {
            match dice.below(8) {
                0 => {
                    day += 1;
                    for _ in 0..dice.below(3) {
                        reform(&mut dice, &mut world, day);
                    }
                }
                1 => rows.push(Row { wanted: wanted(&mut dice, &world, day), parent: None, given: day }),
                _ => {
                    let numbers: Vec<usize> = (0..rows.len()).collect();
                    let Some(parent) = dice.of(&numbers) else { continue };
                    let wanted = wanted(&mut dice, &world, day);
                    let Some(place) = world.place(&wanted.scope, day) else { continue };
                    let giver = rows[parent].as_of(parent, &world, day);
                    if narrows(&giver, &wanted, &place, noon(day)).is_err() {
                        continue;
                    }
                    let row = Row { wanted, parent: Some(parent), given: day };
                    // As long as the tree stays as it is, what it does its giver's right does.
                    let own = row.as_of(rows.len(), &world, day);
                    for (_, place) in places(&world, day) {
                        for later in (day..=DAYS).step_by(4) {
                            for act in allowed(&own, &place, later) {
                                prop_assert!(allowed(&giver, &place, later).contains(&act), "{:?} {:?}", row, place);
                            }
                        }
                    }
                    rows.push(row);
                }
            }
        }
        // And whatever became of the tree, it stays what the first right of its chain gave.
        for (n, row) in rows.iter().enumerate().filter(|(_, row)| row.parent.is_some()) {
            let root = &rows[first(&rows, n)];
            for day in (row.given..=DAYS).step_by(3) {
                let (own, territory) = (row.as_of(n, &world, day), became(&world, root, day));
                for (unit, place) in places(&world, day) {
                    for act in allowed(&own, &place, day) {
                        prop_assert!(territory.contains(&unit), "{unit} is none of {territory:?}: {row:?}");
                        prop_assert!(root.wanted.role.does(act));
                        prop_assert!(root.wanted.from <= noon(day) && root.wanted.until.is_none_or(|end| end > noon(day)));
                        let unbound = Scope { unit: None, ..root.wanted.scope.clone() };
                        prop_assert!(unbound.reaches(&place).is_ok(), "{place:?} {root:?}");
                    }
                }
            }
        }
    }
}
