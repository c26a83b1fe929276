//! `souk reindex`: works out anew what lists and search show of the products.

use std::{io::IsTerminal as _, process::ExitCode, time::Duration};

use database::{Ctx, Error, Scope, Work};
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{ProductId, VariantId};

use super::say;
use crate::{
    cli::ReindexCommand,
    program::{Opened, work_on},
};

pub(crate) async fn run(opened: &Opened, wanted: &ReindexCommand) -> anyhow::Result<ExitCode> {
    let works = match &wanted.store {
        Some(slug) => vec![work_on(&opened.database, Some(slug)).await?],
        None => {
            let stores = opened.database.list_stores().await?.into_iter();
            stores
                .map(|store| Work::new(opened.database.clone(), Scope::system(store)))
                .collect()
        }
    };
    let mut wrong = 0;
    for work in works {
        let mut ctx = work.read();
        let total = catalog::reindex::count(&mut ctx).await?;
        ctx.rollback().await;
        let bar = progress_bar(u64::try_from(total)?);
        let done = reindex(&work, wanted.dry_run, &mut |seen| bar.set_position(seen)).await?;
        bar.finish_and_clear();
        let verb = if wanted.dry_run { "are" } else { "were" };
        say(&format!(
            "{}: {} products looked at, {} {verb} wrong.",
            work.store().slug,
            done.seen,
            done.wrong
        ));
        wrong += done.wrong;
    }
    Ok(if wanted.dry_run && wrong > 0 {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

fn progress_bar(total: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(total);
    bar.enable_steady_tick(Duration::from_millis(200));
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} products, {per_sec}, {eta} left") {
        bar.set_style(style);
    }
    bar
}

/// What a reindex came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reindexed {
    /// Products that were looked at.
    pub seen: u64,
    /// Those of them that kept something else than they should.
    pub wrong: u64,
}

/// Looks at every product of a store, in transactions of some hundred, and mends what is wrong unless it is a dry run.
pub async fn reindex(work: &Work, dry_run: bool, progress: &mut dyn FnMut(u64)) -> Result<Reindexed, Error> {
    let mut done = Reindexed::default();
    let mut after = None;
    loop {
        let (products, wrong) = if dry_run {
            let mut ctx = work.read();
            let looked = look(&mut ctx, after).await;
            ctx.rollback().await;
            looked?
        } else {
            work.transact(&after, |ctx, after| Box::pin(mend(ctx, *after))).await?
        };
        let Some(last) = products.last() else {
            return Ok(done);
        };
        after = Some(*last);
        done.seen += count(products.len());
        done.wrong += count(wrong);
        progress(done.seen);
    }
}

async fn look(ctx: &mut Ctx, after: Option<ProductId>) -> Result<(Vec<ProductId>, usize), Error> {
    let batch = catalog::reindex::list_batch(ctx, after).await?;
    let told = told(ctx, &batch.variants).await?;
    let wrong = catalog::reindex::find_stale(ctx, &batch, &told).await?;
    Ok((batch.products, wrong.len()))
}

async fn mend(ctx: &mut Ctx, after: Option<ProductId>) -> Result<(Vec<ProductId>, usize), Error> {
    let batch = catalog::reindex::lock_batch(ctx, after).await?;
    let told = told(ctx, &batch.variants).await?;
    let wrong = catalog::reindex::mend(ctx, &batch, &told).await?;
    Ok((batch.products, wrong.len()))
}

/// What inventory says of variants now.
async fn told(ctx: &mut Ctx, variants: &[VariantId]) -> Result<Vec<(VariantId, bool)>, Error> {
    let now = inventory::availability(ctx, variants).await?;
    Ok(now
        .iter()
        .map(|(variant, stock)| (*variant, stock.can_sell(1)))
        .collect())
}

fn count(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
