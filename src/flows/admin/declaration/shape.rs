//! How a declaration writes levels, branches, units and agencies.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::day::Day;
use crate::flows::admin::units::import::Wanted;
use crate::identity::agency::Agency;
use crate::identity::agency::Bilingual;
use crate::identity::hierarchy::AgencyKind;
use crate::identity::hierarchy::Level;
use crate::store::registrations::OF_HOSTS;
use crate::store::registrations::OF_ONE;

/// A layer of the hierarchy of units. It never goes by `--prune`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelDeclaration {
    /// Its stable key.
    pub code: String,
    /// The higher the level, the smaller: a unit is a part of one whose level has a smaller rank.
    pub rank: i64,
    /// Its name.
    pub name: Bilingual,
}

/// A branch of administration. It never goes by `--prune`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct BranchDeclaration {
    /// Its stable key.
    pub code: String,
    /// Its name.
    pub name: Bilingual,
    /// The `code` of the branch that it is a part of.
    pub parent: Option<String>,
    /// The first day on which that is so, as `2025-07-01`. Where absent: of a new branch it always was so, of another it is
    /// so from today on.
    #[schemars(with = "Option<String>")]
    pub from: Option<Day>,
}

/// A unit of the territory; many are better entered by `motcua units import`. It never goes by `--prune`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnitDeclaration {
    /// The `code` of its level.
    pub level: String,
    /// Its official code, its own within its level.
    pub code: String,
    /// What it is called beside its name where the level does not say it: city, ward, special zone.
    pub kind: Option<String>,
    /// Its name.
    pub name: Bilingual,
    /// The code of the unit that it is a part of, or level and code: `province/01`. None of the highest level alone.
    pub parent: Option<String>,
    /// The first day on which it is so, as `2025-07-01`. Today where absent.
    #[schemars(with = "Option<String>")]
    pub from: Option<Day>,
}

/// An agency.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AgencyDeclaration {
    /// Its stable key.
    pub id: String,
    /// Its name.
    pub name: Bilingual,
    /// The name of its sector: clients of one sector see the same subject identifiers. Its own id where absent.
    pub sector: Option<String>,
    /// What it is. Where absent: of a new agency `state`, of another what it was.
    pub kind: Option<AgencyKind>,
    /// The code of the unit in which it stands, or level and code: `province/01`. Where it was, where absent.
    pub unit: Option<String>,
    /// The `code` of the branch in which it stands. Where it was, where absent.
    pub branch: Option<String>,
    /// The `id` of the agency to which it answers. Whoever that was, where absent.
    pub parent: Option<String>,
    /// The first day on which it stands there, as `2025-07-01`. Today where absent; the first time, as long as its unit is
    /// there.
    #[schemars(with = "Option<String>")]
    pub from: Option<Day>,
}

impl LevelDeclaration {
    /// The level.
    pub fn level(&self) -> Level {
        Level { code: self.code.clone(), rank: self.rank, name: self.name.clone() }
    }
}

impl UnitDeclaration {
    pub(super) fn wanted(&self, line: Option<u64>) -> Wanted {
        Wanted {
            line,
            level: self.level.clone(),
            code: self.code.clone(),
            kind: self.kind.clone(),
            name: self.name.clone(),
            has_both_names: true,
            parent: self.parent.clone(),
        }
    }
}

impl AgencyDeclaration {
    /// Sectors of clients without an agency have names of their own kinds.
    pub(super) fn check(&self) -> Result<(), String> {
        let name = self.sector.as_ref().unwrap_or(&self.id);
        if name.is_empty() || name.len() > 255 || name.chars().any(char::is_control) {
            return Err("sector: must have 1 to 255 characters, none of them control".to_owned());
        }
        match [OF_HOSTS, OF_ONE, "client:"].into_iter().find(|kind| name.starts_with(kind)) {
            Some(kind) => Err(format!("sector: must not begin with {kind}")),
            None => Ok(()),
        }
    }

    /// The agency.
    pub fn agency(&self) -> Agency {
        let sector = self.sector.clone().unwrap_or_else(|| self.id.clone());
        Agency { id: self.id.clone(), name: self.name.clone(), sector }
    }
}
