//! Everything the store holds on a customer, as a file.

use exports::{CustomerData, CustomerDataError};
use kernel::CustomerId;
use web::{Answer, Path, Problem, Staff, can};

pub(crate) async fn download(staff: Staff<can::ManageSettings>, Path(id): Path<CustomerId>) -> Answer {
    let data = CustomerData::start(&staff.work, id, staff.absolute_url(""))
        .await
        .map_err(problem)?;
    web::download(&format!("{id}.json"), "application/json", data.into_pieces())
}

fn problem(error: CustomerDataError) -> Problem {
    match error {
        CustomerDataError::NotFound => Problem::not_found(),
        CustomerDataError::Forbidden(error) => error.into(),
        CustomerDataError::Internal(error) => error.into(),
    }
}
