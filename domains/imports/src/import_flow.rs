//! Imports a file: reads it a few parcels ahead of the database and writes parcel after parcel. It commits on the way, so
//! that a run of hours holds no locks; a run that is stopped goes on behind its last batch when the same file is imported again.

use std::{io, time::Duration};

use database::Work;
use kernel::Permission;

use crate::{
    Format, Group, ImportError, ImportFile, Progress, Report, RowProblem, Severity,
    begin::{begin, give_up, let_go},
    convert, fingerprint,
    mark::Mark,
    order_rows::OrderRows,
    pictures::{PictureStore, Pictures},
    read_ahead::{Parcel, ReadAhead},
    records::Record,
    renames::Renames,
    report::ReportWriter,
    store,
    write::{self, Batch, Outcome},
    write_orders::{self, OrderOutcome},
    write_records::{self, RecordOutcome},
};

/// How often a run gives a sign of life, well within the time after which it counts as stopped.
const BEAT: Duration = Duration::from_secs(10);

/// Imports a file into the store, from where it was interrupted if it was. `progress` is called once the run has begun, so that
/// whoever stops it can let go of it, and after each batch.
pub async fn import_file(
    work: &Work,
    wanted: &ImportFile,
    pictures: Option<Pictures<'_>>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Report, ImportError> {
    work.scope().actor.require(Permission::RunImports)?;
    let fingerprint = fingerprint::of_file(&wanted.path).await?;
    let begun = begin(work, wanted, &fingerprint).await?;
    let report = match ReportWriter::open(wanted.report.as_deref(), begun.run.as_ref()) {
        Ok(report) => report,
        Err(error) => {
            let_go(work, begun.id).await?;
            if begun.run.is_none() {
                give_up(work, begun.id).await?;
            }
            return Err(error.into());
        }
    };
    let pictures = pictures.filter(|_| !wanted.dry_run).map(PictureStore::new);
    let counts = begun.run.map(|run| run.counts).unwrap_or_default();
    let mut importing = Importing {
        work,
        start: begun.start,
        dry_run: wanted.dry_run,
        report,
        pictures,
        renames: None,
        state: Progress {
            run_id: begun.id,
            rows_total: 0,
            counts,
        },
        position: 0,
        done: begun.position,
    };
    progress(importing.state);
    let ended = importing.all_alive(wanted, progress).await;
    let refusal = match &ended {
        Ok(()) => None,
        Err(ImportError::Refused(refusal)) => Some(refusal),
        // The run stays open: whoever imports the file again goes on with it, and need not wait if the database still answers.
        Err(ImportError::Busy) => return Err(ImportError::Busy),
        Err(_) => {
            if let Err(error) = let_go(work, begun.id).await {
                tracing::debug!(%error, "a run that failed counts as being at work for a minute");
            }
            return ended.map(|()| importing.told(counts.rows_read));
        }
    };
    let mut ctx = work.write();
    store::finish(&mut ctx, begun.id, begun.start, refusal).await?;
    ctx.commit().await?;
    ended.map(|()| importing.told(counts.rows_read))
}

struct Importing<'a> {
    work: &'a Work,
    start: i32,
    dry_run: bool,
    report: ReportWriter,
    pictures: Option<PictureStore<'a>>,
    /// Once a file of products is open.
    renames: Option<Renames>,
    state: Progress,
    /// How many products were read.
    position: u64,
    /// How many of them an earlier start wrote.
    done: u64,
}

impl Importing<'_> {
    fn told(&self, resumed_after: u64) -> Report {
        Report {
            run_id: self.state.run_id,
            counts: self.state.counts,
            errors: self.report.errors,
            warnings: self.report.warnings,
            renamed: self.report.renamed,
            resumed_after,
        }
    }

    /// Imports the file and gives signs of life meanwhile, for a batch may have pictures to fetch.
    async fn all_alive(
        &mut self,
        wanted: &ImportFile,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<(), ImportError> {
        let (work, id, start) = (self.work, self.state.run_id, self.start);
        let alive = async {
            loop {
                tokio::time::sleep(BEAT).await;
                let mut ctx = work.write();
                let told = match store::beat(&mut ctx, id, start).await {
                    Ok(()) => ctx.commit().await,
                    Err(error) => Err(error),
                };
                if let Err(error) = told {
                    tracing::warn!(%error, "an import could not give a sign of life");
                }
            }
        };
        tokio::select! {
            ended = self.all(wanted, progress) => ended,
            () = alive => Ok(()),
        }
    }

    async fn all(
        &mut self,
        wanted: &ImportFile,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<(), ImportError> {
        let currency = self.work.store().currency;
        let zone = self.work.store().time_zone;
        let mut file = ReadAhead::start(wanted.path.clone(), wanted.format, currency, zone);
        while let Some(parcel) = file.next().await? {
            match parcel {
                Parcel::Opened { rows, source } => {
                    self.state.rows_total = rows;
                    self.renames = source.map(|source| Renames::in_file(source, wanted.format));
                }
                Parcel::Groups(groups) => {
                    let known = self.pass(groups.len());
                    self.import(groups.into_iter().skip(known).collect()).await?;
                }
                Parcel::Records(records) => {
                    let known = self.pass(records.len());
                    let new: Vec<Record> = records.into_iter().skip(known).collect();
                    self.import_records(wanted.format, &new).await?;
                }
                Parcel::Orders(orders) => {
                    let known = self.pass(orders.len());
                    let new: Vec<OrderRows> = orders.into_iter().skip(known).collect();
                    self.import_orders(&new).await?;
                }
            }
            self.advance().await?;
            progress(self.state);
        }
        Ok(())
    }

    /// Notes that so many more products or rows were read, and answers how many of them an earlier start wrote.
    fn pass(&mut self, count: usize) -> usize {
        let read = u64::try_from(count).unwrap_or(u64::MAX);
        let known = self.done.saturating_sub(self.position).min(read);
        self.position = self.position.saturating_add(read);
        usize::try_from(known).unwrap_or(count)
    }

    async fn import_records(&mut self, format: Format, records: &[Record]) -> Result<(), ImportError> {
        let before = self.before(records.len());
        let whole = (before + 1..).zip(records).filter(|(_, record)| record.cells.is_ok());
        let (marks, whole): (Vec<Mark>, Vec<Record>) = whole
            .map(|(position, record)| (self.mark(position), record.clone()))
            .unzip();
        let mut outcomes = write_records::write(self.work, format, &whole, &marks, self.dry_run)
            .await?
            .into_iter();
        for record in records {
            match &record.cells {
                Ok(_) => self.note_record(record.line, outcomes.next().unwrap_or(RecordOutcome::Updated))?,
                Err(unreadable) => {
                    self.state.counts.rows_read += 1;
                    self.state.counts.failed += 1;
                    self.report.add(unreadable.at(record.line))?;
                }
            }
        }
        Ok(())
    }

    async fn import_orders(&mut self, orders: &[OrderRows]) -> Result<(), ImportError> {
        let outcomes = write_orders::write(self.work, orders, self.dry_run).await?;
        for (rows, outcome) in orders.iter().zip(outcomes) {
            let counts = &mut self.state.counts;
            counts.rows_read += rows.len();
            let (severity, complaints) = match outcome {
                OrderOutcome::Taken(warnings) => {
                    counts.created += 1;
                    (Severity::Warning, warnings)
                }
                OrderOutcome::There => {
                    counts.updated += 1;
                    (Severity::Warning, Vec::new())
                }
                OrderOutcome::Refused(complaint) => {
                    counts.failed += 1;
                    (Severity::Error, vec![complaint])
                }
            };
            for complaint in complaints {
                self.report.add(complaint.into_problem(severity))?;
            }
        }
        Ok(())
    }

    fn note_record(&mut self, line: u64, outcome: RecordOutcome) -> io::Result<()> {
        let counts = &mut self.state.counts;
        counts.rows_read += 1;
        let counter = match &outcome {
            RecordOutcome::Created | RecordOutcome::Partly { created: true, .. } => &mut counts.created,
            RecordOutcome::Updated | RecordOutcome::Partly { created: false, .. } => &mut counts.updated,
            RecordOutcome::Refused { .. } => &mut counts.failed,
        };
        *counter += 1;
        let (severity, column, reason) = match outcome {
            RecordOutcome::Created | RecordOutcome::Updated => return Ok(()),
            RecordOutcome::Partly { column, reason, .. } => (Severity::Warning, column, reason),
            RecordOutcome::Refused { column, reason } => (Severity::Error, column, reason),
        };
        self.report.add(RowProblem {
            line,
            column: Some(column.to_owned()).filter(|column| !column.is_empty()),
            handle: None,
            severity,
            reason,
            renamed: None,
        })
    }

    async fn advance(&mut self) -> Result<(), ImportError> {
        self.report.flush()?;
        let mut ctx = self.work.write();
        let position = self.position.max(self.done);
        if !store::advance(&mut ctx, self.start, self.state, position, &self.report).await? {
            return Err(ImportError::Busy);
        }
        ctx.commit().await?;
        Ok(())
    }

    /// How many products or rows of the file come before the last so many.
    fn before(&self, count: usize) -> u64 {
        self.position.saturating_sub(u64::try_from(count).unwrap_or(u64::MAX))
    }

    fn mark(&self, position: u64) -> Mark {
        Mark {
            id: self.state.run_id,
            start: self.start,
            position,
        }
    }

    async fn import(&mut self, groups: Vec<Group>) -> Result<(), ImportError> {
        let mut batch = Batch::default();
        if groups.is_empty() {
            return Ok(());
        }
        let mut position = self.before(groups.len());
        for group in groups {
            position += 1;
            self.state.counts.rows_read += group.rows;
            for problem in group.problems {
                self.report.add(problem)?;
            }
            match group.product {
                Some(imported) => {
                    let (product, source) = convert::product(*imported, self.work.now());
                    batch.products.push(product);
                    batch.sources.push(source);
                    batch.marks.push(self.mark(position));
                }
                None => self.state.counts.failed += 1,
            }
        }
        if let Some(pictures) = &mut self.pictures {
            for problem in pictures.bring(self.work, &mut batch).await? {
                self.report.add(problem)?;
            }
        }
        if let Some(renames) = &mut self.renames {
            renames.find(self.work, &mut batch).await?;
        }
        let outcomes = write::write(self.work, &batch, self.dry_run).await?;
        for ((product, source), outcome) in batch.products.iter().zip(&batch.sources).zip(outcomes) {
            self.note(product.slug.as_str(), source.line, outcome)?;
        }
        Ok(())
    }

    fn note(&mut self, handle: &str, line: u64, outcome: Outcome) -> io::Result<()> {
        let problem = |severity, column: Option<&str>, reason| RowProblem {
            line,
            column: column.map(str::to_owned),
            handle: Some(handle.to_owned()),
            severity,
            reason,
            renamed: None,
        };
        match outcome {
            Outcome::Written {
                created,
                renamed,
                kept_handle,
                warnings,
            } => {
                if let Some(reason) = renamed {
                    self.report
                        .add_renamed(problem(Severity::Warning, Some("SKU"), reason))?;
                }
                if let Some(reason) = kept_handle {
                    self.report.add(problem(Severity::Warning, Some("Handle"), reason))?;
                }
                for reason in warnings {
                    self.report.add(problem(Severity::Warning, Some("SKU"), reason))?;
                }
                let counter = if created {
                    &mut self.state.counts.created
                } else {
                    &mut self.state.counts.updated
                };
                *counter += 1;
            }
            Outcome::Failed(reason) => {
                let reason = format!("the product cannot be written: {reason}");
                self.report.add(problem(Severity::Error, None, reason))?;
                self.state.counts.failed += 1;
            }
        }
        Ok(())
    }
}
