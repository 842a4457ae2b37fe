"""What can be done to records: one class a subject, one method a verb, one transaction a method.

Every method is given an Actor and checks its duty; it returns frozen values and what it touched.
"""
