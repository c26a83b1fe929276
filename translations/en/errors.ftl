# Sentences of problems on pages, by code. A code without a sentence here is shown in English as the program says it.
problem-not-found = There is nothing at this address.
problem-no-store = There is no store at this address.
problem-forbidden = You are not allowed to see or do this.
problem-unauthorized = Please sign in first.
problem-internal = Something went wrong on our side. It has been logged under the reference below.
problem-unavailable = The store cannot be reached at the moment. Please try again soon.
problem-overloaded = Many people are here at the moment. Please try again in a moment.
problem-timeout = This took too long and was stopped. Please try again.
problem-too-many-requests = That was too often. Please wait a moment and try again.
problem-cross-site-request = The request came from another site, so nothing was changed.
problem-method-not-allowed = This page cannot do that.
problem-body-too-large = What you sent is larger than this page takes.
problem-invalid = Some fields are not valid.
problem-version-conflict = Somebody changed it in the meantime. Please reload the page and repeat your change.
problem-idempotency-key-reused = This form was sent before with other entries, and those count. Please reload the page and send it again.
problem-idempotency-key-in-flight = This form is being worked on already. Please wait a moment and reload the page.
problem-maintenance = We are working on the store. Please come back in a few minutes.
