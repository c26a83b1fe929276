//! Everything the store holds on a customer, as a file.

use exports::CustomerDataError;
use kernel::CustomerId;
use web::{Answer, Path, Problem, Staff, can};

pub(crate) async fn download(staff: Staff<can::ManageSettings>, Path(id): Path<CustomerId>) -> Answer {
    let mut ctx = staff.work.read();
    let data = exports::customer_data(&mut ctx, id).await.map_err(problem)?;
    ctx.rollback().await;
    web::download_json(&format!("{id}.json"), &data)
}

fn problem(error: CustomerDataError) -> Problem {
    match error {
        CustomerDataError::NotFound => Problem::not_found(),
        CustomerDataError::Forbidden(error) => error.into(),
        CustomerDataError::Internal(error) => error.into(),
    }
}
