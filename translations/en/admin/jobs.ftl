# Background work
admin-job = Work
admin-jobs-what = Work that failed too often waits here until somebody starts it again.
admin-jobs-none = Nothing is waiting. All is well.
admin-job-tried = Last tried
admin-job-attempts = Attempts
admin-job-error = What went wrong
admin-job-restart = Try again
