//! Gathers what a store lacks, and judges it.

use anyhow::Context as _;
use database::{Scope, Work};
use kernel::PageRequest;
use notifications::Texter;

use super::Finding;
use crate::program::Opened;

/// What is known of one store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreFacts {
    /// Its short name.
    pub slug: String,
    /// Host names that lead to it.
    pub hosts: usize,
    /// Staff who may do everything.
    pub owners: i64,
    /// Zones it ships to.
    pub zones: usize,
    /// Whether it collects taxes anywhere.
    pub taxed: bool,
    /// Payments and refunds nobody has asked the gateway about for long.
    pub overdue_payments: i64,
    /// Reservations that ran out long ago and hold stock in lists.
    pub expired_reservations: i64,
    /// Imports that were stopped and wait to be taken up again.
    pub killed_imports: usize,
    /// Why its account for texts cannot be used, if it has one and cannot.
    pub texts: Option<String>,
}

/// Every store of the installation.
pub(super) async fn gather(opened: &Opened, texter: &dyn Texter) -> anyhow::Result<Vec<StoreFacts>> {
    let hosts = opened.database.list_hosts().await?;
    let mut all = Vec::new();
    for store in opened.database.list_stores().await? {
        let work = Work::new(opened.database.clone(), Scope::system(store));
        let store = work.store();
        let mut ctx = work.read();
        let latest = PageRequest::first(50);
        let runs = imports::list_runs(&mut ctx, &latest).await.context("imports")?;
        let account = notifications::find_text_account(&mut ctx).await;
        let mut facts = StoreFacts {
            slug: store.slug.clone(),
            hosts: hosts.iter().filter(|(_host, id)| *id == store.id).count(),
            owners: identity::count_owners(&mut ctx).await?,
            zones: shipping::list_zones(&mut ctx).await?.len(),
            taxed: !tax::load_nexus(&mut ctx).await?.0.is_empty(),
            overdue_payments: payments::count_overdue(&mut ctx).await?,
            expired_reservations: inventory::count_expired(&mut ctx).await?,
            killed_imports: runs.items.iter().filter(|run| run.is_waiting()).count(),
            texts: None,
        };
        ctx.rollback().await;
        facts.texts = match account {
            Ok(None) => None,
            Ok(Some((_, account))) => texter.greet(&account).await.err().map(|error| error.to_string()),
            Err(error) => Some(error.to_string()),
        };
        all.push(facts);
    }
    Ok(all)
}

/// What a store lacks; one finding that it lacks nothing, when that is so.
pub fn judge_store(facts: &StoreFacts) -> Vec<Finding> {
    let lacking = judge_setup(facts).into_iter().chain(judge_leftovers(facts));
    let mut findings: Vec<Finding> = lacking.flatten().collect();
    if findings.is_empty() {
        let complete = "has hosts, an owner, shipping and taxes, and no unfinished business";
        findings.push(Finding::ok("store", complete));
    }
    let slug = facts.slug.as_str();
    findings.into_iter().map(|finding| finding.of_store(slug)).collect()
}

/// What somebody has to set up.
fn judge_setup(facts: &StoreFacts) -> [Option<Finding>; 5] {
    let slug = &facts.slug;
    [
        (facts.hosts == 0).then(|| {
            let remedy = format!("run `souk store {slug} --host NAME …` with the name shoppers type");
            Finding::fail("hosts", "no host name leads to it", remedy)
        }),
        (facts.owners == 0).then(|| {
            let remedy = format!("run `souk user ADDRESS --name NAME --store {slug}`");
            Finding::fail("owner", "nobody may do everything in it", remedy)
        }),
        (facts.zones == 0).then(|| {
            let reason = "it ships nowhere, so only downloads and services can be bought";
            Finding::warn("shipping", reason, "add a zone in the desk under Settings, Shipping")
        }),
        (!facts.taxed).then(|| {
            let remedy =
                "say in the desk under Settings, Taxes where you are registered; a small business may owe none";
            Finding::warn("tax", "it collects no tax anywhere", remedy)
        }),
        facts.texts.as_ref().map(|why| {
            let remedy = "see the account in the desk under Settings, Texts, and SOUK_TWILIO_URL";
            Finding::fail("texts", format!("its account for texts cannot be used: {why}"), remedy)
        }),
    ]
}

/// What should have been finished long ago.
fn judge_leftovers(facts: &StoreFacts) -> [Option<Finding>; 3] {
    let worker = "see that a worker runs: `souk serve` has one, `souk worker` is one";
    let count = facts.overdue_payments;
    let payments = format!("{count} payments or refunds have no outcome, and nobody asks the gateway");
    let count = facts.expired_reservations;
    let reservations =
        format!("{count} reservations ran out and were not tidied away; lists may show too little stock");
    let imports = format!("{} imports were stopped before their end", facts.killed_imports);
    let again = "take them up again in the desk under Imports, or import those files again: they go on where they were";
    [
        (facts.overdue_payments > 0).then(|| Finding::fail("payments", payments, worker)),
        (facts.expired_reservations > 0).then(|| Finding::warn("reservations", reservations, worker)),
        (facts.killed_imports > 0).then(|| Finding::warn("imports", imports, again)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Verdict;

    fn complete() -> StoreFacts {
        StoreFacts {
            slug: "toko".to_owned(),
            hosts: 1,
            owners: 1,
            zones: 2,
            taxed: true,
            overdue_payments: 0,
            expired_reservations: 0,
            killed_imports: 0,
            texts: None,
        }
    }

    #[test]
    fn a_store_that_lacks_nothing_has_one_good_finding() {
        let findings = judge_store(&complete());
        assert_eq!(findings.len(), 1);
        assert_eq!(
            (findings[0].verdict, findings[0].store.as_deref()),
            (Verdict::Ok, Some("toko"))
        );
    }

    #[test]
    fn each_thing_a_store_lacks_is_named() {
        type Take = fn(&mut StoreFacts);
        let lacks: [(Take, &str, Verdict); 8] = [
            (|facts| facts.hosts = 0, "hosts", Verdict::Fail),
            (|facts| facts.owners = 0, "owner", Verdict::Fail),
            (|facts| facts.zones = 0, "shipping", Verdict::Warn),
            (|facts| facts.taxed = false, "tax", Verdict::Warn),
            (|facts| facts.overdue_payments = 1, "payments", Verdict::Fail),
            (|facts| facts.expired_reservations = 1, "reservations", Verdict::Warn),
            (|facts| facts.killed_imports = 1, "imports", Verdict::Warn),
            (
                |facts| facts.texts = Some("code 20003".to_owned()),
                "texts",
                Verdict::Fail,
            ),
        ];
        for (take, check, verdict) in lacks {
            let mut facts = complete();
            take(&mut facts);
            let findings = judge_store(&facts);
            assert_eq!(findings.len(), 1, "{findings:?}");
            assert_eq!((findings[0].check, findings[0].verdict), (check, verdict));
            assert!(findings[0].remedy.is_some());
        }
    }
}
