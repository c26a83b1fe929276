//! Changes a fact and looks at pages that were kept before it, in the process that changed it and in another one.

use database::Ctx;
use kernel::{Currency, Money};

use crate::{
    browser::Browser,
    installation::{Installation, Process},
    page::Page,
};

pub(crate) const MUG: &str = "/products/a-mug";
pub(crate) const MUG_JSON: &str = "/api/v1/products/a-mug";
pub(crate) const THINGS: &str = "/products/category/aardvark-things";
pub(crate) const BEST: &str = "/collections/a-best";

/// Two processes on one database, and somebody who looks at both.
pub(crate) struct Watch {
    pub(crate) souk: Installation,
    pub(crate) other: Process,
}

impl Watch {
    pub(crate) async fn new() -> Self {
        let souk = Installation::new().await;
        let mut other = souk.another_process().await;
        other.follower.catch_up().await.unwrap();
        Self { souk, other }
    }

    /// Makes a change, and looks at pages that were kept before it in both processes: what holds of them after it did not
    /// before.
    #[track_caller]
    pub(crate) fn changes<'w>(&'w mut self, what: &'w str, paths: &'w [&'w str]) -> Looks<'w> {
        Looks {
            watch: self,
            what,
            paths,
        }
    }

    pub(crate) async fn write(&self, change: impl AsyncFnOnce(&mut Ctx)) {
        let mut ctx = self.souk.alpha.work().write();
        change(&mut ctx).await;
        ctx.commit().await.unwrap();
    }
}

pub(crate) struct Looks<'w> {
    watch: &'w mut Watch,
    what: &'w str,
    paths: &'w [&'w str],
}

impl Looks<'_> {
    /// After it the pages hold this text.
    pub(crate) async fn shows(self, text: &str, change: impl AsyncFnOnce(&mut Ctx)) {
        self.becomes(|page| page.body.contains(text), change).await;
    }

    /// After it the pages do not hold this text.
    pub(crate) async fn hides(self, text: &str, change: impl AsyncFnOnce(&mut Ctx)) {
        self.becomes(|page| !page.body.contains(text), change).await;
    }

    pub(crate) async fn becomes(self, is_so: impl Fn(&Page) -> bool, change: impl AsyncFnOnce(&mut Ctx)) {
        let Self { watch, what, paths } = self;
        let (mut here, mut there) = (watch.souk.visitor(), watch.other.visitor());
        for path in paths {
            for browser in [&mut here, &mut there] {
                let page = browser.get(path).await.expect(200);
                assert!(!is_so(&page), "{what}: {path} has it before\n{}", page.body);
            }
            assert_eq!(
                free(&watch.souk, &mut here, path).await,
                0,
                "{what}: {path} was not kept"
            );
        }
        watch.write(change).await;
        for path in paths {
            let page = here.get(path).await;
            assert!(is_so(&page), "{what}: {path} is stale\n{}", page.body);
        }
        watch.other.follower.catch_up().await.unwrap();
        for path in paths {
            let page = there.get(path).await;
            assert!(
                is_so(&page),
                "{what}: {path} is stale in the other process\n{}",
                page.body
            );
        }
    }
}

/// How many statements a page takes.
pub(crate) async fn free(souk: &Installation, browser: &mut Browser, path: &str) -> u64 {
    let before = souk.database().statement_count();
    browser.get(path).await.expect(200);
    souk.database().statement_count() - before
}

pub(crate) fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}
