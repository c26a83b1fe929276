//! `souk check`: proves that stock, totals, payments, books and ratings agree.

use std::process::ExitCode;

use database::{Ctx, Error, Scope, Work};

use super::say;
use crate::program::Opened;

pub(crate) async fn run(opened: &Opened) -> anyhow::Result<ExitCode> {
    let mut wrong = 0;
    for store in opened.database.list_stores().await? {
        let work = Work::new(opened.database.clone(), Scope::system(store));
        // Statements that each saw another moment would call a purchase between them a mistake.
        let mut ctx = work.snapshot();
        let findings = findings(&mut ctx).await?;
        ctx.rollback().await;
        for finding in &findings {
            say(&format!("{}: {finding}", work.store().slug));
        }
        wrong += findings.len();
    }
    if wrong == 0 {
        say("Everything agrees: stock and its movements, reservations, order totals, payments, books and ratings.");
        Ok(ExitCode::SUCCESS)
    } else {
        match wrong {
            1 => say("One row does not agree."),
            _ => say(&format!("{wrong} rows do not agree.")),
        }
        Ok(ExitCode::FAILURE)
    }
}

/// Every violated row of a store, one sentence each.
pub async fn findings(ctx: &mut Ctx) -> Result<Vec<String>, Error> {
    let mut findings = inventory::check(ctx).await?;
    findings.extend(orders::check(ctx).await?);
    findings.extend(payments::check(ctx).await?);
    findings.extend(checkout::check(ctx).await?);
    findings.extend(ledger::check(ctx).await?);
    findings.extend(pricing::check(ctx).await?);
    findings.extend(identity::check(ctx).await?);
    findings.extend(customers::check(ctx).await?);
    findings.extend(reviews::check(ctx).await?);
    Ok(findings)
}
