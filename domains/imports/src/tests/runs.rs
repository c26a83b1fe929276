//! Whole runs against a database: what is written, what is not, and what is told.

use std::{io::Write as _, path::PathBuf};

use database::testing::TestDatabase;
use kernel::{Actor, PageRequest, Slug};

use crate::{
    Counts, Format, ImportError, ImportFile, Report, RowProblem, RunState, discard_run, find_run, forget_problems,
    import_file, list_runs,
};

const SHOES: &str = "Handle,Title,Variant Price,Variant SKU,Option1 Name,Option1 Value,Variant Inventory Tracker,Variant Inventory Qty\n\
    boots,Boots,120,B-41,Size,41,shopify,3\n\
    boots,,120,B-42,Size,42,shopify,0\n\
    socks,Socks,abc,,,,,\n\
    laces,Laces,2.50,L,,,,7\n";

struct Bench {
    db: TestDatabase,
    folder: tempfile::TempDir,
}

impl Bench {
    async fn new() -> Self {
        Self {
            db: TestDatabase::new().await,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn file(&self, text: &str) -> PathBuf {
        let path = self.folder.path().join("products.csv");
        std::fs::File::create(&path)
            .unwrap()
            .write_all(text.as_bytes())
            .unwrap();
        path
    }

    async fn run(&self, text: &str, dry_run: bool) -> Result<Report, ImportError> {
        let report = Some(self.folder.path().join("report.jsonl"));
        let wanted = ImportFile {
            dry_run,
            report,
            ..ImportFile::new(self.file(text), Format::Shopify)
        };
        self.db.clock().advance(chrono::TimeDelta::seconds(1));
        import_file(&self.db.work(), &wanted, None, &mut |_| {}).await
    }

    fn report(&self) -> Vec<RowProblem> {
        let text = std::fs::read_to_string(self.folder.path().join("report.jsonl")).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    async fn find(&self, slug: &str) -> Option<catalog::ProductDetails> {
        let mut ctx = self.db.work().read();
        catalog::find_product(&mut ctx, &Slug::parse(slug).unwrap())
            .await
            .unwrap()
    }
}

fn counts(created: u64, updated: u64, failed: u64) -> Counts {
    Counts {
        rows_read: 4,
        created,
        updated,
        failed,
    }
}

#[tokio::test]
async fn a_second_run_creates_nothing() {
    let bench = Bench::new().await;
    let first = bench.run(SHOES, false).await.unwrap();
    let second = bench.run(SHOES, false).await.unwrap();
    assert_eq!((first.counts, second.counts), (counts(2, 0, 1), counts(0, 2, 1)));
    assert_eq!((first.errors, second.errors), (1, 1), "what was not taken is told once");
    let problem = &bench.report()[0];
    assert_eq!(
        (problem.line, problem.column.as_deref(), problem.handle.as_deref()),
        (4, Some("Variant Price"), Some("socks"))
    );
    let boots = bench.find("boots").await.unwrap();
    let ids: Vec<_> = boots.variants.iter().map(|variant| variant.id).collect();
    let mut ctx = bench.db.work().read();
    let stock = inventory::availability(&mut ctx, &ids).await.unwrap();
    assert_eq!(ids.iter().map(|id| stock[id].available).collect::<Vec<_>>(), [3, 0]);
    assert_eq!(
        boots
            .variants
            .iter()
            .map(|variant| variant.in_stock)
            .collect::<Vec<_>>(),
        [true, false]
    );
    let runs = list_runs(&mut ctx, &PageRequest::first(1)).await.unwrap();
    assert_eq!(
        (runs.total, runs.items[0].counts, runs.items[0].state),
        (2, counts(0, 2, 1), RunState::Finished)
    );
    assert_eq!(runs.items[0].problems, bench.report());
}

#[tokio::test]
async fn a_dry_run_tells_the_same_and_writes_nothing() {
    let bench = Bench::new().await;
    let dry = bench.run(SHOES, true).await.unwrap();
    let told = bench.report();
    assert!(bench.find("boots").await.is_none());
    let real = bench.run(SHOES, false).await.unwrap();
    assert_eq!((dry.counts, told), (real.counts, bench.report()));
    assert_eq!(bench.run(SHOES, true).await.unwrap().counts, counts(0, 2, 1));
}

#[tokio::test]
async fn what_was_wrong_with_rows_is_forgotten_and_how_many_there_were_is_not() {
    let bench = Bench::new().await;
    let report = bench.run(SHOES, false).await.unwrap();
    for (days, told) in [(90, 1), (1, 0)] {
        bench.db.clock().advance(chrono::TimeDelta::days(days));
        let mut ctx = bench.db.work().write();
        assert!(!forget_problems(&mut ctx).await.unwrap(), "there are no more");
        let run = find_run(&mut ctx, report.run_id).await.unwrap().unwrap();
        ctx.commit().await.unwrap();
        assert_eq!((run.problems.len(), run.errors, run.counts), (told, 1, report.counts));
    }
}

#[tokio::test]
async fn a_refused_file_leaves_only_its_record() {
    let bench = Bench::new().await;
    let cut = SHOES.strip_suffix(",,,,7\n").unwrap();
    let refused = bench.run(cut, false).await.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "the file is cut off: the last row, on line 5, has 4 of 8 cells; export or download it again"
    );
    assert!(bench.find("boots").await.is_none());
    let mut ctx = bench.db.work().read();
    let runs = list_runs(&mut ctx, &PageRequest::first(9)).await.unwrap();
    assert_eq!(runs.items[0].state, RunState::Refused);
    let note = runs.items[0].refusal.clone().unwrap();
    assert_eq!((note.text, note.code.as_str()), (refused.to_string(), "truncated"));
}

#[tokio::test]
async fn a_file_of_a_header_alone_is_refused() {
    let bench = Bench::new().await;
    let refused = bench.run("Handle,Title,Variant Price,Variant SKU\n", true).await;
    assert!(
        matches!(refused, Err(ImportError::Refused(crate::Refusal::NoProducts))),
        "{refused:?}"
    );
    let mut ctx = bench.db.work().read();
    let runs = list_runs(&mut ctx, &PageRequest::first(9)).await.unwrap();
    let note = runs.items[0].refusal.clone().unwrap();
    assert_eq!(
        (runs.items[0].state, note.code.as_str()),
        (RunState::Refused, "no_products")
    );
}

#[tokio::test]
async fn skus_of_products_that_are_there_stay_with_them() {
    let bench = Bench::new().await;
    bench.run(SHOES, false).await.unwrap();
    let done = bench
        .run("Handle,Title,Variant Price,Variant SKU\nclogs,Clogs,60,B-41\n", false)
        .await
        .unwrap();
    assert_eq!((done.counts.created, done.warnings), (1, 1));
    assert_eq!(
        bench.report()[0].reason,
        "another variant of the store has the SKU B-41; this one is kept without it"
    );
    assert_eq!(bench.find("clogs").await.unwrap().variants[0].sku, None);
}

/// A file of more products than one batch holds.
fn many() -> String {
    let mut text = "Handle,Title,Variant Price,Variant SKU\n".to_owned();
    for number in 0..1_500 {
        text.push_str(&format!("mug-{number},Mug {number},5,M-{number}\n"));
    }
    text.push_str("socks,Socks,abc,\n");
    text
}

impl Bench {
    /// Imports until the first batch is written, and is killed.
    async fn interrupted(&self, wanted: &ImportFile) -> kernel::ImportId {
        let (tell, told) = tokio::sync::oneshot::channel();
        let mut tell = Some(tell);
        let work = self.db.work();
        let mut watch = |progress: crate::Progress| {
            if progress.counts.created + progress.counts.updated > 0
                && let Some(tell) = tell.take()
            {
                tell.send(progress.run_id).unwrap();
            }
        };
        tokio::select! {
            biased;
            id = told => id.unwrap(),
            ended = import_file(&work, wanted, None, &mut watch) => panic!("{ended:?}"),
        }
    }

    async fn state(&self, id: kernel::ImportId) -> RunState {
        find_run(&mut self.db.work().read(), id).await.unwrap().unwrap().state
    }
}

#[tokio::test]
async fn a_run_that_is_let_go_is_taken_up_at_once() {
    let bench = Bench::new().await;
    let wanted = ImportFile::new(bench.file(&many()), Format::Shopify);
    let unwritable = ImportFile {
        report: Some(bench.folder.path().to_owned()),
        ..wanted.clone()
    };
    let refused = import_file(&bench.db.work(), &unwritable, None, &mut |_| {}).await;
    assert!(matches!(refused, Err(ImportError::Report(_))), "{refused:?}");
    let id = bench.interrupted(&wanted).await;
    crate::let_go(&bench.db.work(), id).await.unwrap();
    let report = import_file(&bench.db.work(), &wanted, None, &mut |_| {}).await.unwrap();
    assert_eq!((report.run_id, report.resumed_after), (id, 1_000));
}

#[tokio::test]
async fn a_run_that_is_stopped_before_its_first_batch_can_be_let_go_too() {
    let bench = Bench::new().await;
    let wanted = ImportFile::new(bench.file(&many()), Format::Shopify);
    let (tell, told) = tokio::sync::oneshot::channel();
    let mut tell = Some(tell);
    let mut watch = |progress: crate::Progress| {
        if let Some(tell) = tell.take() {
            tell.send((progress.run_id, progress.rows_total)).unwrap();
        }
    };
    let work = bench.db.work();
    let (id, rows) = tokio::select! {
        biased;
        begun = told => begun.unwrap(),
        ended = import_file(&work, &wanted, None, &mut watch) => panic!("{ended:?}"),
    };
    assert_eq!((rows, bench.state(id).await), (0, RunState::Running));
    crate::let_go(&work, id).await.unwrap();
    let report = import_file(&work, &wanted, None, &mut |_| {}).await.unwrap();
    assert_eq!(
        (report.run_id, report.resumed_after, report.counts.created),
        (id, 0, 1_500)
    );
}

#[tokio::test]
async fn a_killed_run_goes_on_where_it_was() {
    let bench = Bench::new().await;
    let wanted = ImportFile {
        report: Some(bench.folder.path().join("report.jsonl")),
        ..ImportFile::new(bench.file(&many()), Format::Shopify)
    };
    let id = bench.interrupted(&wanted).await;
    assert_eq!(bench.state(id).await, RunState::Running);
    let busy = import_file(&bench.db.work(), &wanted, None, &mut |_| {}).await;
    assert!(matches!(busy, Err(ImportError::Busy)), "somebody may be at work");
    bench.db.clock().advance(chrono::TimeDelta::seconds(61));
    assert_eq!(bench.state(id).await, RunState::Interrupted);
    let report = import_file(&bench.db.work(), &wanted, None, &mut |_| {}).await.unwrap();
    let counts = Counts {
        rows_read: 1_501,
        created: 1_500,
        updated: 0,
        failed: 1,
    };
    assert_eq!(
        (report.run_id, report.counts, report.resumed_after),
        (id, counts, 1_000)
    );
    assert_eq!((report.errors, bench.report().len()), (1, 1));
    assert_eq!(bench.state(id).await, RunState::Finished);
    let again = import_file(&bench.db.work(), &wanted, None, &mut |_| {}).await.unwrap();
    assert_eq!((again.counts.updated, again.resumed_after), (1_500, 0));
    assert_ne!(again.run_id, id);
}

#[tokio::test]
async fn an_interrupted_run_can_be_given_up() {
    let bench = Bench::new().await;
    let wanted = ImportFile::new(bench.file(&many()), Format::Shopify);
    let first = bench.interrupted(&wanted).await;
    let mut ctx = bench.db.work().write();
    assert!(!discard_run(&mut ctx, first).await.unwrap(), "somebody may be at work");
    bench.db.clock().advance(chrono::TimeDelta::seconds(61));
    let restart = ImportFile {
        restart: true,
        ..wanted.clone()
    };
    let second = bench.interrupted(&restart).await;
    assert_ne!(second, first);
    assert_eq!(bench.state(first).await, RunState::Interrupted);
    bench.db.clock().advance(chrono::TimeDelta::seconds(61));
    let mut ctx = bench.db.work().write();
    assert!(discard_run(&mut ctx, second).await.unwrap());
    ctx.commit().await.unwrap();
    let report = import_file(&bench.db.work(), &wanted, None, &mut |_| {}).await.unwrap();
    assert_eq!(report.resumed_after, 0);
}

#[tokio::test]
async fn only_those_who_may_import_do() {
    let bench = Bench::new().await;
    let wanted = ImportFile::new(bench.file(SHOES), Format::Shopify);
    let guest = bench.db.work().acting_as(Actor::Guest);
    let refused = import_file(&guest, &wanted, None, &mut |_| {}).await;
    assert!(matches!(refused, Err(ImportError::Forbidden(_))));
}

#[tokio::test]
async fn every_statement_fits_the_schema() {
    let db = TestDatabase::new().await;
    database::testing::prepare_all(&db, crate::store::STATEMENTS).await;
}
