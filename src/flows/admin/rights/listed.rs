//! Rights, page by page.

use uuid::Uuid;

use super::look;
use super::look::Listed;
use crate::app::App;
use crate::base::fault::Fault;
use crate::base::time::Timestamp;
use crate::flows::admin::listing;
use crate::flows::admin::listing::Gathering;
use crate::flows::admin::listing::Page;
use crate::flows::admin::listing::Wanted;
use crate::flows::admin::refusal::Refusal;
use crate::identity::authority::Act;
use crate::identity::authority::Authority;
use crate::identity::authority::Holder;
use crate::identity::hierarchy::UnitId;
use crate::parts::authority;
use crate::parts::authority::Sight;

/// Rights that are not over at an instant, as far as the office reaches; of one holder, where one is named. They come by their ids, and to an
/// office that is bounded by a unit by the units for which they were given.
pub async fn page(
    app: &App,
    wanted: &Wanted<'_>,
    (holder, at): (Option<&str>, Timestamp),
    now: Timestamp,
) -> Result<Result<Page<Listed>, Refusal>, Fault> {
    let (sight, after) = match listing::begin(app, Act::RightsLook, wanted, now).await? {
        Ok(begun) => begun,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let begun = (wanted, after, at);
    let page = if let Some(holder) = holder {
        of_holder(app, begun, holder, &sight, now).await?
    } else if let Some(units) = sight.given() {
        let units: Vec<UnitId> = units.into_iter().collect();
        of_units(app, begun, &units, &sight, now).await?
    } else {
        of_all(app, begun, &sight, now).await?
    };
    Ok(Ok(Page { items: look::described(app, page.items).await?, next: page.next }))
}

/// Where a page begins: which, after what, and as of when.
type Begun<'a> = (&'a Wanted<'a>, Option<String>, Timestamp);

async fn of_holder(
    app: &App,
    (wanted, after, at): Begun<'_>,
    holder: &str,
    sight: &Sight,
    now: Timestamp,
) -> Result<Page<Authority>, Fault> {
    let key = |right: &Authority| right.id.to_string();
    let mut all = match Holder::parse(holder) {
        Some(holder) => authority::ever(app, &holder, at).await?,
        None => Vec::new(),
    };
    all.retain(|right| right.is_not_over(at));
    let named = !all.is_empty();
    all.retain(|right| sight.right(right));
    if named && all.is_empty() {
        authority::tried(app, &format!("{} of {holder}", Act::RightsLook.as_str())).await?;
    }
    listing::page(app, wanted, listing::sorted(all, key, after.as_deref(), wanted.limit), key, now)
}

async fn of_all(
    app: &App,
    (wanted, after, at): Begun<'_>,
    sight: &Sight,
    now: Timestamp,
) -> Result<Page<Authority>, Fault> {
    let mut gathering = Gathering::new(wanted, after, sight.is_whole());
    while gathering.goes_on() {
        let after = gathering.after().and_then(|id| id.parse().ok()).unwrap_or(Uuid::nil());
        let (found, last) = sight.rights_after(app, at, None, (after, gathering.rows())).await?;
        gathering.add(last.map(|id| id.to_string()), found);
    }
    gathering.page(app, wanted, |right| right.id.to_string(), now)
}

/// So often is looked for rights of single units, and no more: then the page comes, even if it is short.
const LOOKS: usize = 500;

async fn of_units(
    app: &App,
    (wanted, after, at): Begun<'_>,
    units: &[UnitId],
    sight: &Sight,
    now: Timestamp,
) -> Result<Page<Authority>, Fault> {
    let begun = after.as_deref().and_then(|after| after.split_once(' ')).unwrap_or_default();
    let [unit, mut after] = [begun.0, begun.1].map(|id| id.parse().unwrap_or(Uuid::nil()));
    let units = units.get(units.partition_point(|other| other.0 < unit)..).unwrap_or_default();
    let (mut found, mut looked) = (Vec::new(), 0);
    'units: for some in units.chunks(listing::GROUPS) {
        for own in authority::given(app, some).await? {
            after = if own.0 == unit { after } else { Uuid::nil() };
            loop {
                let (rights, last) = sight.rights_after(app, at, Some(own), (after, listing::fitting(wanted))).await?;
                found.extend(rights.into_iter().map(|right| (own, right)));
                (after, looked) = (last.unwrap_or(Uuid::max()), looked + 1);
                if found.len() > wanted.limit {
                    break 'units;
                }
                if looked >= LOOKS {
                    let next = listing::next(app, wanted, format!("{} {after}", own.0), now)?;
                    return Ok(Page { items: found.into_iter().map(|(_, right)| right).collect(), next: Some(next) });
                }
                if last.is_none() {
                    break;
                }
            }
        }
    }
    let page = listing::page(app, wanted, found, |(unit, right)| format!("{} {}", unit.0, right.id), now)?;
    Ok(page.map(|(_, right)| right))
}
