//! A made-up territory before and after its reform, with the shapes of a real one: 63 provinces become 34, all districts are
//! abolished but five that become special zones, and communes merge, are renamed, divided, or go on.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Name and parent of each unit of a day, by `level/code`; the parent is a code alone.
pub type Units = BTreeMap<String, (String, String)>;

/// What became of a unit; units are `level/code`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Became {
    /// It goes on.
    Itself,
    /// All of it is a part of another, or goes on as another.
    Whole(String),
    /// Nothing took its place.
    Gone {
        /// What it was a part of, or what became of that.
        parent: String,
    },
    /// It was divided.
    Divided {
        /// Those that have a part of it.
        among: BTreeSet<String>,
        /// As above.
        parent: String,
    },
}

/// Both days.
#[derive(Default)]
pub struct Territory {
    /// On the eve.
    pub before: Units,
    /// On the day itself.
    pub after: Units,
    /// What became of each unit of the eve.
    pub became: BTreeMap<String, Became>,
}

const PROVINCES: usize = 63;
const DISTRICTS: usize = 11;
const COMMUNES: usize = 14;
/// Of the first provinces the last district becomes a special zone.
const ZONES: usize = 5;

/// Provinces that merge do so in pairs: so many pairs.
const PAIRS: usize = 29;

/// The levels, as `motcua apply` reads them.
pub const LEVELS: &str = r#"
levels = [
    { code = "centre", rank = 0, name = { vi = "Trung ương", en = "Centre" } },
    { code = "province", rank = 1, name = { vi = "Tỉnh", en = "Province" } },
    { code = "district", rank = 2, name = { vi = "Huyện", en = "District" } },
    { code = "commune", rank = 3, name = { vi = "Xã", en = "Commune" } },
]
"#;

impl Territory {
    /// Makes it.
    pub fn made() -> Self {
        let mut made = Self::default();
        let centre = ("Nước trình diễn".to_owned(), String::new());
        made.before.insert("centre/vn".to_owned(), centre.clone());
        made.after.insert("centre/vn".to_owned(), centre);
        made.became.insert("centre/vn".to_owned(), Became::Itself);
        for number in 1..=PROVINCES {
            made.province(number);
        }
        made
    }

    fn province(&mut self, number: usize) {
        let (code, heir) = (format!("{number:02}"), format!("{:02}", heir(number)));
        let (unit, told) = (format!("province/{code}"), (format!("Tỉnh {code}"), "vn".to_owned()));
        self.before.insert(unit.clone(), told.clone());
        if code == heir {
            self.after.insert(unit.clone(), told);
            self.became.insert(unit, Became::Itself);
        } else {
            self.became.insert(unit, Became::Whole(format!("province/{heir}")));
        }
        for district in 1..=DISTRICTS {
            let of = format!("{code}{district:02}");
            let is_zone = number <= ZONES && district == DISTRICTS;
            self.before.insert(format!("district/{of}"), (format!("Huyện {of}"), code.clone()));
            if is_zone { self.zone(&of, &heir) } else { self.district(&of, &heir) }
        }
    }

    /// A district becomes one special zone, with all its communes.
    fn zone(&mut self, of: &str, province: &str) {
        let zone = format!("commune/{of}00");
        self.after.insert(zone.clone(), (format!("Đặc khu {of}"), province.to_owned()));
        self.became.insert(format!("district/{of}"), Became::Whole(zone.clone()));
        for commune in 1..=COMMUNES {
            self.was(of, commune);
            self.became.insert(format!("commune/{of}{commune:02}"), Became::Whole(zone.clone()));
        }
    }

    /// A district is abolished, and its 14 communes become five.
    fn district(&mut self, of: &str, province: &str) {
        let parent = format!("province/{province}");
        self.became.insert(format!("district/{of}"), Became::Gone { parent: parent.clone() });
        let unit = |commune: usize| format!("commune/{of}{commune:02}");
        for commune in 1..=COMMUNES {
            self.was(of, commune);
            let became = match commune {
                4 | 11 => Became::Itself,
                1..=3 => Became::Whole(unit(1)),
                5 | 6 => Became::Whole(unit(4)),
                7..=10 => Became::Whole(unit(7)),
                12 => Became::Whole(unit(11)),
                13 => Became::Divided { among: [unit(7), unit(11)].into(), parent: parent.clone() },
                _ => Became::Whole(unit(14)),
            };
            self.became.insert(unit(commune), became);
        }
        for (commune, kind) in [(1, "Phường"), (4, "Xã"), (7, "Phường"), (11, "Xã"), (14, "Thị trấn")] {
            self.after.insert(unit(commune), (format!("{kind} {of}{commune:02}"), province.to_owned()));
        }
    }

    fn was(&mut self, of: &str, commune: usize) {
        self.before.insert(format!("commune/{of}{commune:02}"), (format!("Xã {of}{commune:02}"), of.to_owned()));
    }

    /// The units of a level on the eve, as `level/code`.
    pub fn of_level(&self, level: &str) -> impl Iterator<Item = &str> {
        let prefix = format!("{level}/");
        self.before.keys().filter(move |unit| unit.starts_with(&prefix)).map(String::as_str)
    }

    /// What became of a unit of the eve.
    pub fn became(&self, unit: &str) -> Became {
        self.became.get(unit).cloned().unwrap_or(Became::Itself)
    }

    /// What became of every unit, as `motcua units succeed` reads it.
    pub fn succession(&self) -> String {
        let mut csv = "level,from,to,share\n".to_owned();
        for (unit, became) in self.became.iter().filter(|(unit, _)| *unit != "centre/vn") {
            let Some((level, code)) = unit.split_once('/') else { continue };
            let mut row = |to: &str, share: &str| {
                let _ = writeln!(csv, "{level},{code},{to},{share}");
            };
            match became {
                Became::Itself => row(unit, "all"),
                Became::Whole(heir) => row(heir, "all"),
                Became::Gone { .. } => row("", "abolished"),
                Became::Divided { among, .. } => {
                    for (n, heir) in among.iter().rev().enumerate() {
                        row(heir, if n == 0 { "default" } else { "part" });
                    }
                }
            }
        }
        csv
    }
}

/// The units of a day, as `motcua units import` reads them.
pub fn csv(units: &Units) -> String {
    let mut csv = "level,code,name,parent\n".to_owned();
    for (unit, (name, parent)) in units {
        if let Some((level, code)) = unit.split_once('/') {
            let _ = writeln!(csv, "{level},{code},{name},{parent}");
        }
    }
    csv
}

/// The province that takes a province's place.
const fn heir(province: usize) -> usize {
    if province <= 2 * PAIRS && province.is_multiple_of(2) { province - 1 } else { province }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_the_shapes_of_a_real_one() {
        let made = Territory::made();
        let count = |units: &Units, level: &str| units.keys().filter(|unit| unit.starts_with(level)).count();
        let of = |units: &Units| ["centre/", "province/", "district/", "commune/"].map(|level| count(units, level));
        assert_eq!(of(&made.before), [1, 63, 693, 9_702]);
        assert_eq!(of(&made.after), [1, 34, 0, 688 * 5 + 5]);
        assert_eq!(made.became.len(), made.before.len());
        let heirs = made.became.values().filter_map(|became| match became {
            Became::Whole(heir) => Some(heir),
            _ => None,
        });
        assert!(heirs.clone().all(|heir| made.after.contains_key(heir)));
        assert_eq!(heirs.filter(|heir| heir.ends_with("1100")).count(), ZONES * (COMMUNES + 1));
    }
}
