"""A town in which synthetic applicants, clerks and reviewers take cases through months in seconds, on the real engine."""
