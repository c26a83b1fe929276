//! Imports a file: reads it a few parcels ahead of the database and writes parcel after parcel. It commits on the way, so
//! that a run of hours holds no locks; a run that is stopped is taken up by running the same file again.

use std::{io, path::PathBuf};

use database::Work;
use kernel::{Forbidden, ImportId, Permission};

use crate::{
    Counts, Format, Group, Refusal, RowProblem, RunState, Severity, convert,
    pictures::{PictureStore, Pictures},
    read_ahead::{Parcel, ReadAhead},
    report::ReportWriter,
    store,
    write::{self, Batch, Outcome},
};

/// The import that is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportFile {
    /// Where the file is.
    pub path: PathBuf,
    /// What it is.
    pub format: Format,
    /// Find out what would happen, and write nothing.
    pub dry_run: bool,
    /// Where to write what is wrong with its rows, as JSON lines.
    pub report: Option<PathBuf>,
}

/// How far an import has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Progress {
    /// Rows of the file.
    pub rows_total: u64,
    /// What became of them so far.
    pub counts: Counts,
}

/// What came of an import.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The run's record.
    pub run_id: ImportId,
    /// What became of the rows.
    pub counts: Counts,
    /// Rows or products that were left out.
    pub errors: u64,
    /// Rows that were imported with a change.
    pub warnings: u64,
}

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The actor may not import.
    #[error(transparent)]
    Forbidden(#[from] Forbidden),
    /// The file is not one that can be imported. Nothing of it was.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The report cannot be written.
    #[error("the report file cannot be written")]
    Report(#[from] io::Error),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Imports a file into the store. `progress` is called after each batch.
pub async fn import_file(
    work: &Work,
    wanted: &ImportFile,
    pictures: Option<Pictures<'_>>,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Report, ImportError> {
    work.scope().actor.require(Permission::RunImports)?;
    let report = ReportWriter::create(wanted.report.as_deref())?;
    let run_id = begin(work, wanted).await?;
    let pictures = pictures.filter(|_| !wanted.dry_run).map(PictureStore::new);
    let mut importing = Importing {
        work,
        dry_run: wanted.dry_run,
        report,
        pictures,
        state: Progress::default(),
    };
    let ended = importing.all(wanted, progress).await;
    let ending = store::Ending {
        state: if ended.is_ok() {
            RunState::Finished
        } else {
            RunState::Refused
        },
        counts: importing.state.counts,
        problems: importing.report.first(),
        refusal: ended.as_ref().err().map(ToString::to_string),
    };
    let recorded = record(work, run_id, ending).await;
    ended?;
    recorded?;
    Ok(Report {
        run_id,
        counts: importing.state.counts,
        errors: importing.report.errors,
        warnings: importing.report.warnings,
    })
}

async fn begin(work: &Work, wanted: &ImportFile) -> Result<ImportId, database::Error> {
    let mut ctx = work.write();
    let id = ctx.new_id();
    let file_name = wanted.path.file_name().unwrap_or_default().to_string_lossy();
    store::insert(&mut ctx, id, wanted.format, &file_name, wanted.dry_run).await?;
    ctx.commit().await?;
    Ok(id)
}

async fn record(work: &Work, id: ImportId, ending: store::Ending<'_>) -> Result<(), database::Error> {
    let mut ctx = work.write();
    store::finish(&mut ctx, id, ending).await?;
    ctx.commit().await
}

struct Importing<'a> {
    work: &'a Work,
    dry_run: bool,
    report: ReportWriter,
    pictures: Option<PictureStore<'a>>,
    state: Progress,
}

impl Importing<'_> {
    async fn all(
        &mut self,
        wanted: &ImportFile,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<(), ImportError> {
        let currency = self.work.store().currency;
        let mut file = ReadAhead::start(wanted.path.clone(), wanted.format, currency);
        while let Some(parcel) = file.next().await? {
            match parcel {
                Parcel::Opened(rows) => self.state.rows_total = rows,
                Parcel::Groups(groups) => self.import(groups).await?,
            }
            progress(self.state);
        }
        self.report.flush()?;
        Ok(())
    }

    async fn import(&mut self, groups: Vec<Group>) -> Result<(), ImportError> {
        let mut batch = Batch::default();
        for group in groups {
            self.state.counts.rows_read += group.rows;
            for problem in group.problems {
                self.report.add(problem)?;
            }
            match group.product {
                Some(imported) => {
                    let (product, source) = convert::product(*imported, self.work.now());
                    batch.products.push(product);
                    batch.sources.push(source);
                }
                None => self.state.counts.failed += 1,
            }
        }
        if let Some(pictures) = &mut self.pictures {
            for problem in pictures.bring(self.work, &mut batch).await? {
                self.report.add(problem)?;
            }
        }
        let outcomes = write::write(self.work, &batch, self.dry_run).await?;
        for ((product, source), outcome) in batch.products.iter().zip(&batch.sources).zip(outcomes) {
            self.note(product.slug.as_str(), source.line, outcome)?;
        }
        Ok(())
    }

    fn note(&mut self, handle: &str, line: u64, outcome: Outcome) -> io::Result<()> {
        let mut add = |severity, column: Option<&str>, reason| {
            let column = column.map(str::to_owned);
            self.report.add(RowProblem {
                line,
                column,
                handle: Some(handle.to_owned()),
                severity,
                reason,
            })
        };
        match outcome {
            Outcome::Written { created, taken_skus } => {
                for sku in taken_skus {
                    let reason = format!("another variant of the store has the SKU {sku}; this one is kept without it");
                    add(Severity::Warning, Some("SKU"), reason)?;
                }
                let counter = if created {
                    &mut self.state.counts.created
                } else {
                    &mut self.state.counts.updated
                };
                *counter += 1;
            }
            Outcome::Failed(reason) => {
                add(
                    Severity::Error,
                    None,
                    format!("the product cannot be written: {reason}"),
                )?;
                self.state.counts.failed += 1;
            }
        }
        Ok(())
    }
}
